import type { EventRule, FieldCondition, StringTest } from "../sigma/model";
import { ADDRESS_FIELD, fieldType, type FieldType } from "./cloudtrail-fields";
import {
  compiled,
  ignoresCase,
  numberSpelled,
  pushNegationsInwards,
  refuseComputed,
  Refusal,
  shapeOf,
  type Compiled,
  type Literal,
  type NormalForm,
} from "./compiled";
import { ABSENT, type Matcher } from "./eventbridge-matchers";
import {
  allBut,
  detailOf,
  type EventPattern,
  type FieldMatch,
  type PatternFormula,
} from "./eventbridge-pattern";
import { plainNetwork } from "./network";

/**
 * Detail types of CloudTrail events (EventBridge User Guide, "AWS service events delivered via AWS CloudTrail"). The
 * guide writes "Signin" where events have been seen with "Sign In".
 */
export const CLOUDTRAIL_DETAIL_TYPES: readonly string[] = [
  "AWS API Call via CloudTrail",
  "AWS Console Sign In via CloudTrail",
  "AWS Console Signin via CloudTrail",
  "AWS Console Action via CloudTrail",
  "AWS Service Event via CloudTrail",
  "AWS Insight via CloudTrail",
  "AWS Network Activity Event via CloudTrail",
];

/** Characters of a pattern, by default (EventBridge User Guide, "Amazon EventBridge quotas", event pattern size). */
export const PATTERN_CHARACTERS = 2048;

/**
 * Says a rule as an event pattern for the CloudTrail events on an event bus. Each pattern holds for exactly the
 * events that satisfy the rule, on records as `FieldType` describes them, or the reason is given why none does.
 *
 * A pattern whose `wildcardsOf` is not 0 takes one of the 30 rules of a bus that may have wildcards.
 */
export function compileToEventBridge(rule: Pick<EventRule, "condition">): Compiled<EventPattern> {
  return compiled(() => {
    const formula = formulaOf(pushNegationsInwards(rule.condition));
    const detail = detailOf(formula);
    const pattern: EventPattern = {
      source: [{ prefix: "aws." }],
      "detail-type": CLOUDTRAIL_DETAIL_TYPES,
      ...(detail && { detail }),
    };
    const { length } = JSON.stringify(pattern);
    if (length > PATTERN_CHARACTERS)
      throw new Refusal(`the pattern has ${length} characters, and EventBridge allows ${PATTERN_CHARACTERS}`);
    return pattern;
  });
}

/** How many wildcards a pattern uses. */
export function wildcardsOf(pattern: EventPattern): number {
  return JSON.stringify(pattern).split('"wildcard":').length - 1;
}

function formulaOf(form: NormalForm): PatternFormula {
  return form.op === "literal" ? matchOf(form) : { op: form.op, of: form.of.map(formulaOf) };
}

function matchOf({ condition, negated }: Literal): FieldMatch {
  if (condition.op === "keyword")
    throw new Refusal("EventBridge cannot search all fields, which keywords ask for");
  refuseComputed(condition.field);
  const type = fieldType(condition.field);
  const { kind } = condition.test;
  if (kind === "null") return presence(condition.field, type, negated);
  if (kind === "exists") return presence(condition.field, type, condition.test.value !== negated);
  if (type === "object")
    throw new Refusal(`${condition.field} is an object, which is never equal to anything`);
  return negated ? excluding(condition, type) : including(condition, type);
}

function presence(field: string, type: FieldType, present: boolean): FieldMatch {
  if (type !== "text" && type !== "flag")
    throw new Refusal(
      `${field} may be an object or a list, and EventBridge's exists knows single values only`,
    );
  if (!present) return match(field, ABSENT);
  // `exists: true` holds for null, too.
  return match(field, type === "text" ? [{ prefix: "" }] : [true, false]);
}

function match(field: string, matchers: readonly Matcher[]): FieldMatch {
  return { op: "match", field, matchers };
}

function including({ field, test }: FieldCondition, type: FieldType): FieldMatch {
  switch (test.kind) {
    case "string":
      return match(field, stringMatchers(field, test, type));
    case "number":
      if (type === "flag") throw new Refusal(`${field} is a boolean, never a number`);
      return match(field, type === "open" ? [test.value, String(test.value)] : [String(test.value)]);
    case "boolean": {
      const text: Matcher = { "equals-ignore-case": String(test.value) };
      if (type === "flag") return match(field, [test.value]);
      return match(field, type === "open" ? [test.value, text] : [text]);
    }
    case "compare":
      if (type !== "open") throw new Refusal(`${field} is never a number, so the comparison never holds`);
      return match(field, [{ numeric: [NUMERIC[test.operator], test.value] }]);
    case "cidr":
      return match(field, networkMatchers(field, test.cidr));
    case "regex":
      throw new Refusal("EventBridge has no regular expressions");
    case "fieldref":
      throw new Refusal("EventBridge cannot compare two fields");
    case "null":
    case "exists":
      throw new TypeError("presence is compiled elsewhere");
  }
}

const NUMERIC = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function stringMatchers(field: string, test: StringTest, type: FieldType): Matcher[] {
  const shape = shapeOf(test);
  if (type === "flag") return [flagNamed(field, test)];
  const folded = ignoresCase(test);
  const worded = (text: string) => (folded ? { "equals-ignore-case": text } : text);
  switch (shape.kind) {
    case "exact":
      return [worded(shape.text), ...(type === "open" ? scalarsSpelled(shape.text, folded) : [])];
    case "prefix":
      return [{ prefix: worded(shape.text) }];
    case "suffix":
      return [{ suffix: worded(shape.text) }];
    case "any":
      return [{ prefix: "" }];
    case "glob":
      return [{ wildcard: wildcardOf(test, folded) }];
  }
}

/** Numbers and booleans that a text without wildcards is equal to, as well. */
function scalarsSpelled(text: string, folded: boolean): Matcher[] {
  const number = numberSpelled(text);
  const word = folded ? text.toLowerCase() : text;
  return [
    ...(number === undefined ? [] : [number]),
    ...(word === "true" || word === "false" ? [word === "true"] : []),
  ];
}

function flagNamed(field: string, { parts, cased }: StringTest): boolean {
  const [only, ...others] = parts;
  const text = only && "text" in only && others.length === 0 ? only.text : undefined;
  const word = cased ? text : text?.toLowerCase();
  if (word !== "true" && word !== "false") throw new Refusal(`${field} is a boolean, never such a string`);
  return word === "true";
}

/** `*` and the backslash are escaped by a backslash (EventBridge User Guide, "Wildcard matching"). */
function wildcardOf({ parts }: StringTest, folded: boolean): string {
  if (folded)
    throw new Refusal("EventBridge's wildcards mind the case; add |cased where AWS writes the value");
  return parts
    .map((part) => {
      if ("text" in part) return part.text.replace(/[\\*]/g, "\\$&");
      if (part.wildcard === "?") throw new Refusal("EventBridge has no wildcard for a single character");
      return "*";
    })
    .join("");
}

/**
 * EventBridge compares the leading digits of two addresses in hexadecimal, whichever family they are of: 32.1.0.0/16
 * holds for 2001::1 (measured on event-ruler 2.1.0). So networks pass that no address of the other family looks like:
 * IPv6 ones longer than an IPv4 address, and IPv4 ones outside those that IPv6's leading digits are in use for
 * (IANA, "IPv6 Address Space": ::/8, 2000::/3, fc00::/6).
 */
function networkMatchers(field: string, cidr: string): Matcher[] {
  if (field !== ADDRESS_FIELD)
    throw new Refusal(
      `EventBridge reads addresses more loosely than we do; only ${ADDRESS_FIELD} is sure to be one`,
    );
  const { network, family, prefixLength, firstByte } = plainNetwork(cidr);
  if (family === 4 && prefixLength === 32) return [network.slice(0, network.indexOf("/"))];
  if (prefixLength === 128) throw new Refusal("EventBridge has no networks of a single IPv6 address");
  const meetsOtherFamily =
    family === 4
      ? LEADING_BYTES_OF_IPV6.some(([from, to]) => firstByte[0] <= to && from <= firstByte[1])
      : prefixLength < 32;
  if (meetsOtherFamily)
    throw new Refusal(`EventBridge's ${network} holds for addresses of the other family as well`);
  return [{ cidr: network }];
}

const LEADING_BYTES_OF_IPV6: readonly (readonly [number, number])[] = [
  [0x00, 0x00],
  [0x20, 0x3f],
  [0xfc, 0xff],
];

function excluding({ field, test }: FieldCondition, type: FieldType): FieldMatch {
  if (type !== "text" && type !== "flag")
    throw new Refusal(
      `${field} may be a list, and EventBridge's anything-but holds as soon as one element is something else`,
    );
  switch (test.kind) {
    case "string":
      return type === "flag" ? otherFlag(field, flagNamed(field, test)) : otherText(field, test);
    case "number":
      if (type === "flag") throw new Refusal(`${field} is a boolean, never a number`);
      return allBut(field, "equals", [String(test.value)]);
    case "boolean":
      if (type === "flag") return otherFlag(field, test.value);
      return allBut(field, "equals-ignore-case", [String(test.value)]);
    case "cidr":
      throw new Refusal("EventBridge cannot say that an address is outside a network");
    case "compare":
    case "regex":
    case "fieldref":
    case "null":
    case "exists":
      return including({ op: "field", field, test }, type); // which refuses
  }
}

function otherFlag(field: string, value: boolean): FieldMatch {
  return match(field, [!value, ...ABSENT]);
}

function otherText(field: string, test: StringTest): FieldMatch {
  const shape = shapeOf(test);
  const folded = ignoresCase(test);
  switch (shape.kind) {
    case "exact":
      return allBut(field, test.cased ? "equals" : "equals-ignore-case", [shape.text]);
    case "any":
      return match(field, ABSENT);
    case "glob":
      return allBut(field, "wildcard", [wildcardOf(test, folded)]);
    case "prefix":
    case "suffix":
      if (folded)
        throw new Refusal(`EventBridge's anything-but minds the case of a ${shape.kind}; add |cased`);
      return allBut(field, shape.kind, [shape.text]);
  }
}
