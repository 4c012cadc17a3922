import assert from "node:assert/strict";
import { SUPPORTED_MODIFIERS } from "../../../detections/sigma/modifiers";
import { errorOf, parseText, problemLines, ruleText, verdict } from "./rules";

const detection = (entry: string) => `sel: { ${entry} }\ncondition: sel`;
const rule = (entry: string) => ruleText(detection(entry));

describe("modifiers", () => {
  const cases: readonly (readonly [entry: string, event: object, expected: boolean])[] = [
    ["f|contains: mid", { f: "aMIDb" }, true],
    ["f|contains: mid", { f: "md" }, false],
    ["f|contains: 'a*c'", { f: "xabcx" }, true],
    ["f|contains: 'a\\*c'", { f: "xabcx" }, false],
    ["f|contains: 'a\\*c'", { f: "xa*cx" }, true],
    ["f|contains: [x, y]", { f: "by" }, true],
    ["f|contains|all: [x, y]", { f: "by" }, false],
    ["f|contains|all: [x, y]", { f: "xby" }, true],
    ["f|all|contains: [x, y]", { f: "xby" }, true],
    ["f|startswith: Ab", { f: "abc" }, true],
    ["f|startswith: Ab", { f: "cab" }, false],
    ["f|endswith: 'c\\'", { f: "abc\\" }, true],
    ["f|endswith: bc", { f: "abcd" }, false],
    ["f|cased: Abc", { f: "Abc" }, true],
    ["f|cased: Abc", { f: "abc" }, false],
    ["f|contains|cased: B", { f: "aBc" }, true],
    ["f|cased|contains: B", { f: "abc" }, false],
    ["f|re: '^a.c$'", { f: "abc" }, true],
    ["f|re: '^a.c$'", { f: "ABC" }, false],
    ["f|re|i: '^a.c$'", { f: "ABC" }, true],
    ["f|re: b", { f: "abc" }, true],
    ["f|re|s: 'a.c'", { f: "a\nc" }, true],
    ["f|re: 'a.c'", { f: "a\nc" }, false],
    ["f|re|m: '^c'", { f: "a\nc" }, true],
    ["f|re|i|m: '^C'", { f: "a\nc" }, true],
    ["f|re: '^1.$'", { f: 12 }, true],
    ["f|re|all: [a, b]", { f: "a" }, false],
    ["f|re|neq: a", { f: "b" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "10.1.2.3" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "11.1.2.3" }, false],
    ["f|cidr: [10.0.0.0/8, '2001:db8::/32']", { f: "2001:db8::1" }, true],
    ["f|cidr: 10.0.0.0/8", { f: "s3.amazonaws.com" }, false],
    ["f|exists: true", { f: "" }, true],
    ["f|exists: true", { f: null }, false],
    ["f|exists: true", {}, false],
    ["f|exists: false", {}, true],
    ["f|exists: true", { f: {} }, true],
    ["f|fieldref: g", { f: "Bob", g: "bob" }, true],
    ["f|fieldref: g", { f: "bob" }, false],
    ["f|fieldref: g", {}, false],
    ["f|fieldref|cased: g", { f: "Bob", g: "bob" }, false],
    ["f|fieldref|endswith: g", { f: "arn:aws:iam::1:user/bob", g: "bob" }, true],
    ["f|fieldref|startswith: g", { f: "bob/x", g: "bob" }, true],
    ["f|fieldref|contains: g", { f: "a bob b", g: "bob" }, true],
    ["f|fieldref|neq: g", { f: "bob", g: "eve" }, true],
    ["f|fieldref: [g, h]", { f: "bob", h: "bob" }, true],
    ["f|gt: 3", { f: 4 }, true],
    ["f|gt: 3", { f: 3 }, false],
    ["f|gte: 3", { f: 3 }, true],
    ["f|lt: 3.5", { f: 3 }, true],
    ["f|lte: 3", { f: 4 }, false],
    ["f|gt: 3", { f: "4" }, false],
    ["f|gte: 010", { f: 10 }, true],
    ["f|neq: a", { f: "b" }, true],
    ["f|neq: a", {}, true],
    ["f|neq: a", { f: "A" }, false],
    ["f|neq: [a, b]", { f: "b" }, false],
    ["f|contains|neq: a", { f: "bab" }, false],
    ["f|contains|all|neq: [a, b]", { f: "a" }, true],
    ["f|neq: ~", { f: 1 }, true],
  ];
  for (const [entry, event, expected] of cases)
    it(`${entry} is ${expected} for ${JSON.stringify(event)}`, () =>
      assert.equal(verdict(detection(entry), event), expected));

  const mistakes: readonly (readonly [entry: string, error: RegExp])[] = [
    [
      "f|contians: a",
      /5 detection\.sel\.f\|contians: has the modifier "contians", which is not supported; supported are contains/,
    ],
    ["f|contains|contains: a", /twice/],
    ["f|contains|startswith: a", /combines contains and startswith/],
    ["f|contains|fieldref: a", /modifiers apply in order, write fieldref\|contains/],
    ["f|re|contains: a", /a regular expression finds its text anywhere, write \^ or \$/],
    ["f|re|cidr: a", /combines re and cidr, which exclude each other/],
    ["f|fieldref|contains|endswith: g", /combines/],
    ["f|gt|lt: 3", /combines gt and lt/],
    ["f|i: a", /a flag of regular expressions; write it after re/],
    ["f|i|re: a", /write it after re, as in field\|re\|i/],
    ["f|contains|i: a", /flag of regular expressions/],
    ["f|re|cased: a", /combines re and cased/],
    ["f|cidr|cased: 10.0.0.0/8", /cased is for texts/],
    ["f|exists|neq: true", /write exists alone/],
    ["f|exists|all: true", /write exists alone/],
    ["f|exists: 'true'", /must be true or false/],
    ["f|exists: [true, false]", /several values for exists/],
    ["f|contains: 5", /must be a text, because contains compares texts; put it in quotes/],
    ["f|cased: 5", /because cased compares texts/],
    ["f|contains: ~", /must be a text/],
    ["f|startswith: true", /must be a text/],
    ["f|re: 5", /put it in quotes/],
    ["f|gt: abc", /must be a number, because gt compares numbers/],
    ["f|gt: .inf", /must be a number/],
    ["f|cidr: 10.0.0.0/33", /must be a network in CIDR notation/],
    ["f|cidr: everywhere", /must be a network/],
    ["f|fieldref: 5", /must name the other field/],
    ["f|fieldref: a..b", /"a\.\.b" is no field name/],
    ["f|fieldref: trailkeeper.acter", /did you mean trailkeeper\.actor\?/],
    ["trailkeeper.policy.isPublik: true", /did you mean trailkeeper\.policy\.isPublic\?/],
    ["'f|': a", /modifier "", which is not supported/],
    ["f: { g: a }", /write nested fields with dots/],
    ["f: [[a]]", /list within a list/],
    ["f: []", /has no values/],
    ["a..b: c", /is no field name/],
    [
      "f: 012345678901",
      /is the number 12345678901 to YAML, not what is written; put it in quotes: '012345678901'/,
    ],
    ["f: 1.10", /put it in quotes: '1\.10'/],
    ["f: 12345678901234567890", /put it in quotes/],
    ["f: !!binary aGk=", /has a YAML tag/],
  ];
  for (const [entry, error] of mistakes)
    it(`refuses ${entry}`, () => assert.match(errorOf(rule(entry)), error));

  const otherModifiers =
    "base64 base64offset wide utf16 utf16le utf16be windash expand minute hour day week month year utc ignorecase".split(
      " ",
    );
  for (const modifier of otherModifiers)
    it(`refuses ${modifier} by name`, () => {
      const error = errorOf(rule(`f|${modifier}: a`));
      assert.ok(error.includes(`the modifier "${modifier}"`), error);
      for (const supported of SUPPORTED_MODIFIERS) assert.ok(error.includes(supported), supported);
    });

  it("warns of all with a single value", () => {
    assert.match(
      problemLines(parseText(rule("f|contains|all: a"))).join(),
      /all with a single value; leave all out/,
    );
  });
});

describe("regular expressions", () => {
  const refused: readonly (readonly [pattern: string, error: RegExp])[] = [
    ["a(?=b)", /lookaround is not supported/],
    ["a(?!b)", /lookaround is not supported/],
    ["(?<=a)b", /lookaround is not supported/],
    ["(?<!a)b", /lookaround is not supported/],
    ["(a)\\1", /backreferences are not supported/],
    ["a{2,1}", /invalid repeat count/],
    ["a++", /invalid nested repetition operator/],
    ["[a", /missing closing \]/],
    ["(a", /missing closing \)/],
    ["a{1001}", /invalid repeat count/],
    ["((a{100}){100}){100}", /invalid repeat count/],
    ["(a?){400}b", /too large a regular expression/],
  ];
  for (const [pattern, error] of refused)
    it(`refuses ${pattern}`, () => assert.match(errorOf(rule(`f|re: '${pattern}'`)), error));

  it("takes linear time for what would be catastrophic by backtracking", () => {
    const event = { f: `${"a".repeat(50_000)}!` };
    for (const pattern of ["(a+)+b", "(a|aa)*c", "(.*a){20}b", "^(a?){50}a{50}$"])
      assert.equal(verdict(detection(`f|re: '${pattern}'`), event), false);
  });
});
