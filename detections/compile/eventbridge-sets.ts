import { ABSENT, exclusionOf, type ExcludedBy, type Exclusion, type Matcher } from "./eventbridge-matchers";

/** The texts that a field of one value may have: named ones, all but some, or none at all. */
interface TextSet {
  readonly named: readonly NamedText[];
  readonly excluded?: Exclusion;
  /** Absent or null. */
  readonly absent: boolean;
}

interface NamedText {
  readonly text: string;
  readonly ignoresCase: boolean;
}

/**
 * What two lists of matchers for a field of one value have in common, as one list; undefined where there is no list
 * for it, empty where they have nothing in common.
 */
export function intersection(a: readonly Matcher[], b: readonly Matcher[]): Matcher[] | undefined {
  const left = textSetOf(a);
  const right = textSetOf(b);
  if (!left || !right) return undefined;
  const verdicts = [
    ...left.named.map((named) => ({ named, included: includes(right, named) })),
    ...right.named.map((named) => ({ named, included: includes(left, named) })),
  ];
  if (verdicts.some(({ included }) => included === "partly")) return undefined;
  const named = verdicts.filter(({ included }) => included === "wholly").map(({ named: kept }) => kept);
  const matchers = [...new Set(named.map((each) => JSON.stringify(wordingOf(each))))].map(
    (text) => JSON.parse(text) as Matcher,
  );
  const absence = left.absent && right.absent ? ABSENT : [];
  if (!left.excluded || !right.excluded) return [...matchers, ...absence];
  const excluded = union(left.excluded, right.excluded);
  return excluded && [exclusionOf(excluded), ...matchers, ...absence];
}

function wordingOf({ text, ignoresCase }: NamedText): Matcher {
  return ignoresCase ? { "equals-ignore-case": text } : text;
}

function textSetOf(matchers: readonly Matcher[]): TextSet | undefined {
  const named: NamedText[] = [];
  let excluded: Exclusion | undefined;
  let isNullNamed = false;
  for (const matcher of matchers) {
    if (typeof matcher === "string") named.push({ text: matcher, ignoresCase: false });
    else if (matcher === null) isNullNamed = true;
    else if (typeof matcher !== "object") return undefined;
    else if ("equals-ignore-case" in matcher)
      named.push({ text: matcher["equals-ignore-case"], ignoresCase: true });
    else if ("anything-but" in matcher && !excluded) excluded = exclusionIn(matcher["anything-but"]);
    else if (!("exists" in matcher)) return undefined;
  }
  return { named, ...(excluded && { excluded }), absent: isNullNamed };
}

function exclusionIn(
  operand: Extract<Matcher, { readonly "anything-but": unknown }>["anything-but"],
): Exclusion | undefined {
  if (isList(operand)) return { by: "equals", values: operand };
  const [entry] = Object.entries(operand) as [ExcludedBy, readonly string[]][];
  return entry && { by: entry[0], values: entry[1] };
}

function isList(operand: object): operand is readonly string[] {
  return Array.isArray(operand);
}

/** How much of what a name stands for is in a set: in any case, it stands for more than one text. */
function includes({ named, excluded }: TextSet, name: NamedText): "wholly" | "partly" | "not" {
  const [text, folded] = [name.text, name.text.toLowerCase()];
  const ways = named.filter((other) => other.text.toLowerCase() === folded);
  if (ways.some((other) => other.ignoresCase || (other.text === text && !name.ignoresCase))) return "wholly";
  const otherwise = name.ignoresCase && ways.length > 0 ? "partly" : "not";
  if (!excluded) return otherwise;
  if (!name.ignoresCase || excluded.by === "equals-ignore-case")
    return isExcluded(excluded, excluded.by === "equals-ignore-case" ? folded : text) ? otherwise : "wholly";
  const anyCase: Exclusion = { by: excluded.by, values: excluded.values.map((value) => value.toLowerCase()) };
  return isExcluded(anyCase, folded) ? "partly" : "wholly";
}

function isExcluded({ by, values }: Exclusion, text: string): boolean {
  return values.some((value) => {
    switch (by) {
      case "equals":
        return text === value;
      case "equals-ignore-case":
        return text === value.toLowerCase();
      case "prefix":
        return text.startsWith(value);
      case "suffix":
        return text.endsWith(value);
      case "wildcard":
        return wildcardExpression(value).test(text);
    }
  });
}

function wildcardExpression(wildcard: string): RegExp {
  const source = wildcard.replace(/\\(.)|\*|[^\\*]/gs, (token: string, escaped: string | undefined) =>
    token === "*" ? "[^]*" : (escaped ?? token).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`);
}

/** Exclusions that mind the case can all be said as wildcards. */
function union(a: Exclusion, b: Exclusion): Exclusion | undefined {
  if (a.by === b.by) return { by: a.by, values: [...new Set([...a.values, ...b.values])] };
  if (a.by === "equals-ignore-case" || b.by === "equals-ignore-case") return undefined;
  return { by: "wildcard", values: [...new Set([...wildcardsOf(a), ...wildcardsOf(b)])] };
}

function wildcardsOf({ by, values }: Exclusion): readonly string[] {
  if (by === "wildcard") return values;
  return values.map((value) => {
    const escaped = value.replace(/[\\*]/g, "\\$&");
    return `${by === "suffix" ? "*" : ""}${escaped}${by === "prefix" ? "*" : ""}`;
  });
}
