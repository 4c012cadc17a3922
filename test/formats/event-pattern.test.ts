import assert from "node:assert/strict";
import fc from "fast-check";
import { compileEventPattern, EventPatternError } from "../../formats/event-pattern";

const EVENT = {
  source: "aws.ec2",
  ip: "10.1.2.3",
  star: "a*bc",
  "detail-type": "AWS API Call via CloudTrail",
  detail: {
    eventName: "AuthorizeSecurityGroupIngress",
    errorCode: null,
    empty: "",
    nothing: [],
    port: 22,
    open: true,
    userIdentity: { type: "Root" },
    tags: ["a", "b"],
    items: [
      { cidr: "10.0.0.0/8", port: 22 },
      { cidr: "0.0.0.0/0", port: 443 },
    ],
  },
};

const matches = (pattern: object) => compileEventPattern(JSON.stringify(pattern))(EVENT);
const detail = (pattern: object) => ({ detail: pattern });

describe("event patterns", () => {
  const cases: readonly [string, object, boolean][] = [
    ["a value", { source: ["aws.ec2"] }, true],
    ["another value", { source: ["aws.iam"] }, false],
    ["one of several values", { source: ["aws.iam", "aws.ec2"] }, true],
    ["a value in another case", { source: ["AWS.ec2"] }, false],
    ["two keys that both match", { source: ["aws.ec2"], detail: { port: [22] } }, true],
    ["two keys of which one matches", { source: ["aws.ec2"], detail: { port: [23] } }, false],
    ["a number against a text", detail({ port: ["22"] }), false],
    ["a boolean", detail({ open: [true] }), true],
    ["null", detail({ errorCode: [null] }), true],
    ["null where nothing is", detail({ absent: [null] }), false],
    ["the empty text", detail({ empty: [""] }), true],
    ["prefix", { source: [{ prefix: "aws." }] }, true],
    ["prefix in another case", { source: [{ prefix: "AWS." }] }, false],
    ["prefix that ignores case", { source: [{ prefix: { "equals-ignore-case": "AWS." } }] }, true],
    ["suffix", detail({ eventName: [{ suffix: "Ingress" }] }), true],
    [
      "suffix that ignores case",
      detail({ eventName: [{ suffix: { "equals-ignore-case": "INGRESS" } }] }),
      true,
    ],
    [
      "equals-ignore-case",
      detail({ eventName: [{ "equals-ignore-case": "authorizesecuritygroupingress" }] }),
      true,
    ],
    ["wildcard", detail({ eventName: [{ wildcard: "Auth*Group*ss" }] }), true],
    ["wildcard that ends elsewhere", detail({ eventName: [{ wildcard: "Auth*Group" }] }), false],
    ["wildcard with a dot in it", { source: [{ wildcard: "aws*ec.2" }] }, false],
    ["exists", detail({ port: [{ exists: true }] }), true],
    ["exists of a null", detail({ errorCode: [{ exists: true }] }), true],
    ["exists of an object", detail({ userIdentity: [{ exists: true }] }), false],
    ["exists of nothing", detail({ absent: [{ exists: true }] }), false],
    ["absence of nothing", detail({ absent: [{ exists: false }] }), true],
    ["absence of a null", detail({ errorCode: [{ exists: false }] }), false],
    ["absence of an object", detail({ userIdentity: [{ exists: false }] }), true],
    ["absence below what is absent", detail({ absent: { deeper: [{ exists: false }] } }), true],
    ["absence or null", detail({ errorCode: [{ exists: false }, null] }), true],
    ["absence below any element of an array", detail({ items: { cidr: [{ exists: false }] } }), false],
    ["anything-but", detail({ port: [{ "anything-but": [23, 24] }] }), true],
    ["anything-but the value", detail({ port: [{ "anything-but": 22 }] }), false],
    ["anything-but where nothing is", detail({ absent: [{ "anything-but": "x" }] }), false],
    ["anything-but over an array with another element", detail({ tags: [{ "anything-but": ["b"] }] }), true],
    ["anything-but over an array without another", detail({ tags: [{ "anything-but": ["a", "b"] }] }), false],
    ["an element of an array", detail({ tags: ["b"] }), true],
    ["an element of an array of objects", detail({ items: { cidr: ["0.0.0.0/0"] } }), true],
    ["conditions of one element", detail({ items: { cidr: ["0.0.0.0/0"], port: [443] } }), true],
    ["conditions of different elements", detail({ items: { cidr: ["0.0.0.0/0"], port: [22] } }), false],
    ["an element of an empty array", detail({ nothing: ["a"] }), false],
    ["anything-but a beginning", detail({ eventName: [{ "anything-but": { prefix: "Revoke" } }] }), true],
    [
      "anything-but one of two endings",
      detail({ eventName: [{ "anything-but": { suffix: ["Egress", "Ingress"] } }] }),
      false,
    ],
    ["anything-but a text, for a number", detail({ port: [{ "anything-but": { prefix: "2" } }] }), true],
    ["a number in a range", detail({ port: [{ numeric: [">", 20, "<=", 22] }] }), true],
    ["a number outside a range", detail({ port: [{ numeric: [">", 20, "<", 22] }] }), false],
    ["a number against a text", detail({ eventName: [{ numeric: ["=", 22] }] }), false],
    ["an address in a network", { ip: [{ cidr: "10.0.0.0/8" }] }, true],
    ["an address outside a network", { ip: [{ cidr: "192.0.2.0/24" }] }, false],
    ["an escaped asterisk", { star: [{ wildcard: "a\\*b*" }] }, true],
    ["$or, second branch", { $or: [{ source: ["x"] }, detail({ port: [22] })] }, true],
    ["$or, no branch", detail({ $or: [{ port: [1] }, { open: [false] }] }), false],
    [
      "$or beside a condition",
      detail({ eventName: [{ prefix: "Auth" }], $or: [{ port: [1] }, { open: [true] }] }),
      true,
    ],
    ["$or inside $or", detail({ $or: [{ port: [1] }, { $or: [{ open: [false] }, { tags: ["a"] }] }] }), true],
  ];
  for (const [what, pattern, expected] of cases)
    it(`${expected ? "match" : "do not match"} ${what}`, () => assert.equal(matches(pattern), expected));

  const refused: readonly [string, string, RegExp][] = [
    ["text that is no JSON", "{", /not JSON/],
    ["an empty object", "{}", /at least one key/],
    ["a value without a list", '{"source":"aws.ec2"}', /pattern\.source/],
    ["an empty list", '{"detail":{"eventName":[]}}', /pattern\.detail\.eventName.*empty/],
    ["an unknown matcher", '{"detail":{"eventName":[{"regex":"x"}]}}', /eventName: the matcher .*regex/],
    ["a matcher with two operators", '{"source":[{"prefix":"a","suffix":"b"}]}', /not supported/],
    ["exists of a text", '{"source":[{"exists":"yes"}]}', /not supported/],
    ["a relation that is none", '{"a":[{"numeric":["~",1]}]}', /not supported/],
    ["a network that is none", '{"a":[{"cidr":"10.0.0.0/99"}]}', /not supported/],
    ["$or of one", '{"$or":[{"source":["a"]}]}', /at least two/],
  ];
  for (const [what, text, message] of refused)
    it(`refuse ${what}`, () =>
      assert.throws(
        () => compileEventPattern(text),
        (error: unknown) => error instanceof EventPatternError && message.test(error.message),
      ));

  it("decide about every event without failing", () => {
    const matchesPattern = compileEventPattern(
      JSON.stringify(
        detail({
          a: [{ exists: false }, "x"],
          b: { c: [{ prefix: "y" }] },
          $or: [{ d: [1] }, { e: [null] }],
        }),
      ),
    );
    fc.assert(fc.property(fc.jsonValue(), (event) => typeof matchesPattern(event) === "boolean"));
  });
});
