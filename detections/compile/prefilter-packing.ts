import type { PatternObject } from "./eventbridge-pattern";
import type { Branch } from "./prefilter-weaken";

interface PackingLimits {
  readonly maxPatterns: number;
  readonly maxCharacters: number;
}

/** What is given up, in this order, when the patterns are too many. Each step passes more events. */
const WEAKENINGS: readonly ((field: string) => boolean)[] = [
  () => true,
  (field) => ["eventSource", "eventName", "errorCode", "userIdentity.type"].includes(field),
  (field) => ["eventSource", "eventName"].includes(field),
  (field) => field === "eventName",
];

/**
 * Puts alternatives into as few event patterns as possible, each of which holds when any of its alternatives does.
 *
 * @throws Error where even the names of events do not fit.
 */
export function packBranches(branches: readonly Branch[], limits: PackingLimits): string[] {
  for (const keeps of WEAKENINGS) {
    const weaker = branches.map((branch) => (branch.has("eventName") ? keepFields(branch, keeps) : branch));
    const patterns = pack(mergeBranches(weaker), limits.maxCharacters);
    if (patterns.length <= limits.maxPatterns) return patterns;
  }
  throw new Error(
    `the rules of the fast path do not fit into ${limits.maxPatterns} event patterns ` +
      `of ${limits.maxCharacters} characters; place fewer rules there`,
  );
}

function keepFields(branch: Branch, keeps: (field: string) => boolean): Branch {
  return new Map([...branch].filter(([field]) => keeps(field)));
}

/** Alternatives that differ in one field alone become one; those that another one covers go. */
export function mergeBranches(branches: readonly Branch[]): Branch[] {
  const fields = [...new Set(branches.flatMap((branch) => [...branch.keys()]))].sort(byMergingOrder);
  const merged = fields.reduce((current, field) => mergeBy(field, withoutCovered(current)), [...branches]);
  return withoutCovered(merged);
}

/** Names of events first: what is left of the others then stands for many rules. */
function byMergingOrder(a: string, b: string): number {
  return Number(b === "eventName") - Number(a === "eventName") || (a < b ? -1 : 1);
}

function mergeBy(field: string, branches: readonly Branch[]): Branch[] {
  const groups = new Map<string, Map<string, ReadonlySet<string>>>();
  const others: Branch[] = [];
  for (const branch of branches) {
    const matchers = branch.get(field);
    if (!matchers) {
      others.push(branch);
      continue;
    }
    const rest = JSON.stringify(
      [...branch]
        .filter(([name]) => name !== field)
        .map(([name, set]) => [name, [...set].sort()])
        .sort(),
    );
    const group = groups.get(rest) ?? new Map(branch);
    group.set(field, new Set([...(group.get(field) ?? []), ...matchers]));
    groups.set(rest, group);
  }
  return [...groups.values(), ...others];
}

function withoutCovered(branches: readonly Branch[]): Branch[] {
  const kept: Branch[] = [];
  for (const branch of [...branches].sort((a, b) => a.size - b.size))
    if (!kept.some((wider) => covers(wider, branch))) kept.push(branch);
  return kept;
}

/** Whether every event that `branch` holds for is one that `wider` holds for. */
function covers(wider: Branch, branch: Branch): boolean {
  return [...wider].every(([field, matchers]) => {
    const narrower = branch.get(field);
    return narrower !== undefined && [...narrower].every((matcher) => matchers.has(matcher));
  });
}

/** First fit, largest first. */
function pack(branches: readonly Branch[], maxCharacters: number): string[] {
  const bins: Branch[][] = [];
  const pieces = branches.flatMap((branch) => split(branch, maxCharacters));
  const sized = pieces.map((branch) => ({ branch, characters: patternOf([branch]).length }));
  for (const { branch } of sized.sort((a, b) => b.characters - a.characters)) {
    const bin = bins.find((candidate) => patternOf([...candidate, branch]).length <= maxCharacters);
    if (bin) bin.push(branch);
    else bins.push([branch]);
  }
  return bins.map(patternOf);
}

/**
 * Cuts the longest list into pieces until each fits into a pattern; the pieces together say the same. Where all lists
 * are of one value, the longest value is left out.
 */
function split(branch: Branch, maxCharacters: number): Branch[] {
  const { length } = patternOf([branch]);
  if (length <= maxCharacters) return [branch];
  const [[field, matchers] = ["", new Set<string>()]] = [...branch].sort(([, a], [, b]) => b.size - a.size);
  if (matchers.size < 2) return split(withoutLongest(branch, maxCharacters), maxCharacters);
  const values = [...matchers];
  const room = maxCharacters - (length - values.join().length);
  const pieces = room > 0 ? Math.ceil(values.join().length / room) : 2;
  const size = Math.ceil(values.length / Math.max(pieces, 2));
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  ).flatMap((piece) => split(new Map(branch).set(field, new Set(piece)), maxCharacters));
}

function withoutLongest(branch: Branch, maxCharacters: number): Branch {
  const characters = (matchers: ReadonlySet<string>) => [...matchers].join().length;
  const [longest, ...rest] = [...branch].sort(([, a], [, b]) => characters(b) - characters(a));
  if (rest.length > 0) return new Map(rest);
  throw new Error(
    `an event pattern of ${maxCharacters} characters cannot hold ${longest?.[0] ?? "any field"}`,
  );
}

/**
 * The pattern as JSON. What the alternatives have in common is said once; all detail types of CloudTrail end alike,
 * which saves characters.
 */
function patternOf(branches: readonly Branch[]): string {
  return JSON.stringify({
    source: [{ prefix: "aws." }],
    "detail-type": [{ suffix: " via CloudTrail" }],
    detail: alternativesOf(branches),
  });
}

const SUCCESS_FIELD = "errorCode";

function alternativesOf(branches: readonly Branch[]): PatternObject {
  const [first, ...more] = branches;
  if (first && more.length === 0) return objectOf(first);
  // Most rules ask for calls that succeeded: one `$or` for these, beside the others.
  const groups = new Map<string, Branch[]>();
  for (const branch of branches) {
    const key = JSON.stringify([...(branch.get(SUCCESS_FIELD) ?? [])].sort());
    groups.set(key, [...(groups.get(key) ?? []), branch]);
  }
  const objects = [...groups.values()].flatMap((group): PatternObject[] => {
    const shared = group[0]?.get(SUCCESS_FIELD);
    if (!shared || group.length < 2) return group.map(objectOf);
    const rest = group.map((branch) => keepFields(branch, (field) => field !== SUCCESS_FIELD));
    return [{ ...objectOf(new Map([[SUCCESS_FIELD, shared]])), $or: rest.map(objectOf) }];
  });
  const [only, ...others] = objects;
  return only && others.length === 0 ? only : { $or: objects };
}

interface MutableObject {
  [key: string]: unknown;
}

function objectOf(branch: Branch): PatternObject {
  const root: MutableObject = {};
  for (const [field, matchers] of branch) {
    const keys = field.split(".");
    const last = keys.pop() ?? field;
    const parent = keys.reduce((object, key) => (object[key] ??= {}) as MutableObject, root);
    parent[last] = [...matchers].map((matcher) => JSON.parse(matcher) as unknown);
  }
  return root as PatternObject;
}
