import { computedField } from "./computed-fields";
import type { Condition, FieldCondition, StringTest } from "./sigma/model";

/**
 * Texts of which a record's JSON, in lower case, has to contain all of at least one alternative for a condition to hold:
 * names of fields, in their quotes, and values. An empty alternative says that there is no telling. Event name and source
 * are left out: rules are indexed by them already.
 */
export type Needles = readonly (readonly string[])[];

const NO_TELLING: Needles = [[]];
/** Looking for more costs as much as parsing. */
const MAX_ALTERNATIVES = 32;

/** JSON in which letters or slashes are written as escapes, as nothing says they must not be, has no needles to find. */
export function hidesNeedles(text: string): boolean {
  return text.includes("\\u") || text.includes("\\/");
}

/** The needles of a condition, for JSON that does not hide them. */
export function needlesOf(condition: Condition): Needles {
  switch (condition.op) {
    case "field":
      return fieldNeedles(condition);
    case "and":
      return condition.of.map(needlesOf).reduce(both, NO_TELLING);
    case "or":
      return merged(condition.of.map(needlesOf));
    case "not":
    case "keyword":
      return NO_TELLING;
  }
}

/** Says whether a record's JSON, in lower case, has what one of the alternatives asks for. */
export function hasNeedles(needles: Needles, lowerCaseText: string): boolean {
  return needles.some((alternative) => alternative.every((needle) => lowerCaseText.includes(needle)));
}

/** What one of several conditions asks for. */
export function merged(needles: readonly Needles[]): Needles {
  const alternatives = distinct(needles.flat());
  return alternatives.length > MAX_ALTERNATIVES ? NO_TELLING : alternatives;
}

/** Equal alternatives once, and none beside one that asks for less. */
function distinct(needles: Needles): Needles {
  const kept: (readonly string[])[] = [];
  for (const alternative of [...needles].sort((a, b) => a.length - b.length))
    if (!kept.some((other) => other.every((needle) => alternative.includes(needle)))) kept.push(alternative);
  return kept;
}

/** Where both would be too many, the one that tells more has to do. */
function both(a: Needles, b: Needles): Needles {
  if (a.length * b.length > MAX_ALTERNATIVES) return tells(a) >= tells(b) ? a : b;
  return distinct(
    a.flatMap((left) =>
      b.map((right) => [...new Set([...left, ...right])].sort((x, y) => y.length - x.length)),
    ),
  );
}

/** Needles in the alternative that has the fewest. */
function tells(needles: Needles): number {
  return Math.min(...needles.map(({ length }) => length));
}

/** Fields that practically every record has, so that their names tell nothing. */
const EVERYWHERE = new Set([
  "accountId",
  "arn",
  "awsRegion",
  "eventType",
  "principalId",
  "recipientAccountId",
  "sourceIPAddress",
  "type",
  "userAgent",
]);

function fieldNeedles({ field, test }: FieldCondition): Needles {
  if (field === "eventName" || field === "eventSource" || computedField(field)) return NO_TELLING;
  if (test.kind === "null" || (test.kind === "exists" && !test.value)) return NO_TELLING;
  // Whatever else is asked, the field has to be there.
  const keys = field
    .split(".")
    .slice(-1)
    .filter((key) => isPlain(key) && !EVERYWHERE.has(key));
  const names = keys.map((key) => `"${key.toLowerCase()}"`);
  return [test.kind === "string" ? [...names, ...textsOf(test.parts)] : names];
}

/** Texts of a pattern; with a quotation mark where nothing may stand before or behind them. */
function textsOf(parts: StringTest["parts"]): string[] {
  return parts.flatMap((part, index) => {
    // A number or boolean equals its text, and JSON has more ways than one to write a number.
    if (!("text" in part) || !isPlain(part.text) || /^(?:[-+.\deE]*|true|false)$/i.test(part.text)) return [];
    const start = index === 0 ? '"' : "";
    const end = index === parts.length - 1 ? '"' : "";
    return [`${start}${part.text.toLowerCase()}${end}`];
  });
}

/** Characters that JSON writers neither have to escape nor could write in another case. */
function isPlain(text: string): boolean {
  return /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(text);
}
