import { fieldType, isSingleObject } from "./cloudtrail-fields";
import { Refusal } from "./compiled";
import { ABSENT, exclusionOf, type ExcludedBy, type Matcher } from "./eventbridge-matchers";
import { intersection } from "./eventbridge-sets";

/** An object of an event pattern: a list of matchers per field, objects for objects, `$or` for alternatives. */
export interface PatternObject {
  readonly [key: string]: readonly Matcher[] | PatternObject | readonly PatternObject[];
}

/** An event pattern for the CloudTrail events on an event bus. */
export interface EventPattern {
  readonly source: readonly Matcher[];
  readonly "detail-type": readonly Matcher[];
  readonly detail?: PatternObject;
}

/** A field and what it may be. */
export interface FieldMatch {
  readonly op: "match";
  readonly field: string;
  readonly matchers: readonly Matcher[];
}

/** A condition of which every part is something that an event pattern has a word for. */
export type PatternFormula =
  { readonly op: "and" | "or"; readonly of: readonly PatternFormula[] } | FieldMatch;

/** Names that cannot be fields inside `$or` (event-ruler, `Constants`): the words of the pattern language. */
export const RESERVED_IN_OR: ReadonlySet<string> = new Set([
  ...["exactly", "exists", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric"],
  ...["cidr", "=", "<", "<=", ">", ">="],
]);

/** Combinations that `$or` may make (EventBridge User Guide, "Using Or matching"). */
const OR_COMBINATIONS = 1000;

/** Everything but these values, absence included. */
export function allBut(field: string, by: ExcludedBy | "equals", values: readonly string[]): FieldMatch {
  return { op: "match", field, matchers: [exclusionOf({ by, values }), ...ABSENT] };
}

/**
 * The `detail` of a pattern; undefined where every event fits.
 *
 * @throws Refusal where the pattern language would say something else: two conditions on one field; two fields of the
 * elements of one list, which EventBridge wants to be met by the same element; names that it keeps for itself; and more
 * combinations than it allows.
 */
export function detailOf(formula: PatternFormula): PatternObject | undefined {
  const simple = simplify(formula);
  if (simple.op === "or" && simple.of.length === 0) throw new Refusal("no event can satisfy it");
  if (simple.op === "and" && simple.of.length === 0) return undefined;
  refuseSharedLists(simple);
  refuseConfusedMatchers(simple);
  const combinations = combinationsOf(simple);
  if (combinations > OR_COMBINATIONS)
    throw new Refusal(
      `$or would make ${combinations} combinations, and EventBridge allows ${OR_COMBINATIONS}`,
    );
  return objectOf(simple, false);
}

/** How many conjunctions a formula has when `$or` is multiplied out, which is what EventBridge counts. */
function combinationsOf(formula: PatternFormula): number {
  switch (formula.op) {
    case "match":
      return 1;
    case "or":
      return formula.of.reduce((sum, part) => sum + combinationsOf(part), 0);
    case "and":
      return formula.of.reduce((product, part) => product * combinationsOf(part), 1);
  }
}

/**
 * Nested operators of a kind become one; alternatives for one field become one list; and what is always or never true
 * remains alone, as an empty conjunction or an empty list of alternatives.
 */
function simplify(formula: PatternFormula): PatternFormula {
  if (formula.op === "match") return formula;
  const { op } = formula;
  const simple = formula.of.map(simplify);
  const decided = simple.find((part) => part.op !== "match" && part.op !== op && part.of.length === 0);
  if (decided) return decided;
  const parts = simple.flatMap((part) => (part.op === op ? part.of : [part]));
  const merged = mergeByField(parts, op === "or" ? either : both);
  const [only] = merged;
  return merged.length === 1 && only ? only : { op, of: merged };
}

function mergeByField(
  parts: readonly PatternFormula[],
  merge: (a: FieldMatch, b: FieldMatch) => FieldMatch,
): PatternFormula[] {
  const byField = new Map<string, FieldMatch>();
  const others: PatternFormula[] = [];
  for (const part of parts) {
    if (part.op !== "match") {
      others.push(part);
      continue;
    }
    const before = byField.get(part.field);
    byField.set(part.field, before ? merge(before, part) : part);
  }
  return [...byField.values(), ...others];
}

function either(a: FieldMatch, b: FieldMatch): FieldMatch {
  const matchers = new Map(
    [...a.matchers, ...b.matchers].map((matcher) => [JSON.stringify(matcher), matcher]),
  );
  return { op: "match", field: a.field, matchers: [...matchers.values()] };
}

function both(a: FieldMatch, b: FieldMatch): FieldMatch {
  const common = fieldType(a.field) === "text" ? intersection(a.matchers, b.matchers) : undefined;
  if (!common) throw new Refusal(`EventBridge cannot ask two things of the same field at once (${a.field})`);
  if (common.length === 0) throw new Refusal(`no event can satisfy what it asks of ${a.field}`);
  return { op: "match", field: a.field, matchers: common };
}

/**
 * In any conjunction, fields that may lie in the same list are refused: EventBridge wants one element of the list to
 * have both (event-ruler, "JSON Array Matching"), a rule is content with two.
 */
function refuseSharedLists(formula: PatternFormula): void {
  if (formula.op === "match") return;
  formula.of.forEach(refuseSharedLists);
  if (formula.op === "or") return;
  const fields = formula.of.map(fieldsOf);
  fields.forEach((left, index) => {
    for (const right of fields.slice(index + 1))
      for (const a of left) for (const b of right) refusePair(a, b);
  });
}

function refusePair(a: string, b: string): void {
  if (a === b) throw new Refusal(`EventBridge cannot ask two things of the same field at once (${a})`);
  if (mayShareList(a, b))
    throw new Refusal(
      `${a} and ${b} may lie in one list, of which EventBridge wants one element to have both`,
    );
}

/**
 * Where a field has a wildcard and a matcher that ignores case, whichever alternatives they stand in, event-ruler may
 * take any text for a match (measured on 2.1.0: a leading `*` and `equals-ignore-case`, in that order).
 */
function refuseConfusedMatchers(formula: PatternFormula): void {
  const words = new Map<string, string>();
  for (const { field, matchers } of matchesOf(formula))
    words.set(field, `${words.get(field) ?? ""}${JSON.stringify(matchers)}`);
  for (const [field, word] of words)
    if (word.includes('"wildcard":') && word.includes('"equals-ignore-case":'))
      throw new Refusal(`EventBridge confuses wildcards with matchers that ignore case (${field})`);
}

function matchesOf(formula: PatternFormula): FieldMatch[] {
  return formula.op === "match" ? [formula] : formula.of.flatMap(matchesOf);
}

/** Whether two fields have something in common that may be a list. */
export function mayShareList(a: string, b: string): boolean {
  const left = a.split(".");
  const right = b.split(".");
  let common = 0;
  while (common < left.length && left[common] === right[common]) common++;
  return common > 0 && !isSingleObject(left.slice(0, common).join("."));
}

function fieldsOf(formula: PatternFormula): string[] {
  return matchesOf(formula).map(({ field }) => field);
}

function objectOf(formula: PatternFormula, insideOr: boolean): PatternObject {
  const parts = formula.op === "and" ? formula.of : [formula];
  const object: MutableObject = {};
  const alternatives: Extract<PatternFormula, { readonly op: "and" | "or" }>[] = [];
  for (const part of parts) {
    if (part.op === "match") place(object, part, insideOr);
    else alternatives.push(part);
  }
  const [first, ...rest] = alternatives;
  // An object has room for one `$or`: the others go into each of its branches.
  if (first)
    object.$or = first.of.map((branch) => objectOf(simplify({ op: "and", of: [branch, ...rest] }), true));
  return object;
}

interface MutableObject {
  [key: string]: readonly Matcher[] | MutableObject | readonly PatternObject[];
}

function place(root: MutableObject, { field, matchers }: FieldMatch, insideOr: boolean): void {
  const keys = field.split(".");
  const reserved = keys.find((key) => key === "$or" || (insideOr && RESERVED_IN_OR.has(key)));
  if (reserved !== undefined)
    throw new Refusal(`EventBridge keeps the name ${reserved} for itself, so it cannot say ${field}`);
  let object = root;
  for (const key of keys.slice(0, -1)) object = (object[key] ??= {}) as MutableObject;
  object[keys.at(-1) ?? field] = matchers;
}
