/** An EventBridge event pattern, parsed from JSON; see {@link parseEventPattern}. */
export interface EventPattern {
  readonly [key: string]: EventPattern | readonly unknown[];
}

/** A pattern that EventBridge would refuse, or that uses what is not supported here. */
export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
}

/** Longest pattern by default (EventBridge User Guide, "Amazon EventBridge quotas"). */
export const MAX_PATTERN_CHARACTERS = 2_048;

/**
 * Reads a pattern and checks that every matcher is one that {@link matchesEventPattern} knows.
 *
 * @throws EventPatternError naming the key
 */
export function parseEventPattern(json: string): EventPattern {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new EventPatternError("the event pattern is not JSON", { cause: error });
  }
  checkNode(value, "pattern");
  return value as EventPattern;
}

/**
 * Whether an event matches a pattern, as EventBridge decides (EventBridge User Guide, "Comparison operators for use in
 * event patterns"; reference implementation: aws/event-ruler). Keys of a pattern all have to match, the matchers of one
 * key are alternatives, and conditions below one array have to be met by the same element of it.
 *
 * Supported matchers: values, `prefix`, `suffix` and `equals-ignore-case` (also nested), `exists`, `anything-but` with
 * values, `wildcard`, and `$or`.
 */
export function matchesEventPattern(pattern: EventPattern, event: unknown): boolean {
  return alternativesOf(pattern).some(
    ({ present, absent }) => absent.every((path) => !isLeafAt(event, path)) && matchesPresent(present, event),
  );
}

/** A pattern without `$or`: what has to be there, and the paths at which no leaf may be. */
interface Alternative {
  readonly present: PresentNode;
  readonly absent: readonly (readonly string[])[];
}

interface PresentNode {
  readonly [key: string]: PresentNode | readonly Matcher[];
}

type Matcher = (value: unknown) => boolean;

/**
 * `exists: false` asks about the whole event, whichever element of an array the other conditions are met by. Where it
 * stands beside other matchers of its key, either of the two is enough, so the pattern becomes two.
 */
function alternativesOf(pattern: EventPattern, path: readonly string[] = []): Alternative[] {
  let alternatives: Alternative[] = [{ present: {}, absent: [] }];
  for (const [key, node] of Object.entries(pattern)) {
    const options =
      key === "$or"
        ? (node as readonly EventPattern[]).flatMap((branch) => alternativesOf(branch, path))
        : isLeaf(node)
          ? leafAlternatives(key, node, path)
          : alternativesOf(node, [...path, key]).map(({ present, absent }): Alternative => ({
              present: Object.keys(present).length === 0 ? {} : { [key]: present },
              absent,
            }));
    alternatives = alternatives.flatMap((so) => options.map((option) => join(so, option)));
  }
  return alternatives;
}

function leafAlternatives(key: string, matchers: readonly unknown[], path: readonly string[]): Alternative[] {
  const isAbsence = (matcher: unknown) => isObject(matcher) && matcher.exists === false;
  const others = matchers.filter((matcher) => !isAbsence(matcher)).map(toMatcher);
  return [
    ...(others.length > 0 ? [{ present: { [key]: others }, absent: [] }] : []),
    ...(matchers.some(isAbsence) ? [{ present: {}, absent: [[...path, key]] }] : []),
  ];
}

function join(a: Alternative, b: Alternative): Alternative {
  return { present: mergeNodes(a.present, b.present), absent: [...a.absent, ...b.absent] };
}

function mergeNodes(a: PresentNode, b: PresentNode): PresentNode {
  const merged: Record<string, PresentNode | readonly Matcher[]> = { ...a };
  for (const [key, node] of Object.entries(b)) {
    const known = merged[key];
    if (known === undefined) merged[key] = node;
    else if (isMatchers(known) || isMatchers(node))
      throw new EventPatternError(
        `${key} has conditions both beside and inside $or; EventBridge refuses that`,
      );
    else merged[key] = mergeNodes(known, node);
  }
  return merged;
}

function matchesPresent(node: PresentNode, event: unknown): boolean {
  if (Array.isArray(event)) return event.some((element) => matchesPresent(node, element));
  const entries = Object.entries(node);
  if (entries.length === 0) return true;
  if (!isObject(event)) return false;
  return entries.every(([key, inner]) => {
    if (!Object.hasOwn(event, key)) return false;
    return isMatchers(inner) ? someLeaf(event[key], inner) : matchesPresent(inner, event[key]);
  });
}

function someLeaf(value: unknown, matchers: readonly Matcher[]): boolean {
  if (Array.isArray(value)) return value.some((element) => someLeaf(element, matchers));
  return !isObject(value) && matchers.some((matches) => matches(value));
}

/** Objects and empty arrays are no leaves. */
function isLeafAt(node: unknown, path: readonly string[]): boolean {
  if (Array.isArray(node)) return node.some((element) => isLeafAt(element, path));
  const [key, ...rest] = path;
  if (key === undefined) return !isObject(node);
  return isObject(node) && Object.hasOwn(node, key) && isLeafAt(node[key], rest);
}

function toMatcher(matcher: unknown): Matcher {
  if (!isObject(matcher)) return (value) => value === matcher;
  const [operator = "", operand] = Object.entries(matcher)[0] ?? [];
  switch (operator) {
    case "exists":
      return () => true;
    case "anything-but": {
      const refused: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
      return (value) => !refused.includes(value);
    }
    case "wildcard": {
      const parts = String(operand).split("*").map(escapeRegExp);
      const expression = new RegExp(`^${parts.join(".*")}$`, "s");
      return (value) => typeof value === "string" && expression.test(value);
    }
    default: {
      const ignoreCase = isObject(operand) || operator === "equals-ignore-case";
      const text = String(isObject(operand) ? operand["equals-ignore-case"] : operand);
      const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
      const compare = TEXT_OPERATORS[operator];
      return (value) => typeof value === "string" && (compare?.(fold(value), fold(text)) ?? false);
    }
  }
}

const TEXT_OPERATORS: Readonly<Record<string, (value: string, text: string) => boolean>> = {
  prefix: (value, text) => value.startsWith(text),
  suffix: (value, text) => value.endsWith(text),
  "equals-ignore-case": (value, text) => value === text,
};

function checkNode(node: unknown, where: string): void {
  if (!isObject(node) || Object.keys(node).length === 0)
    throw new EventPatternError(`${where} has to be an object with at least one key`);
  for (const [key, inner] of Object.entries(node)) {
    const at = `${where}.${key}`;
    if (key === "$or") {
      if (!Array.isArray(inner) || inner.length < 2)
        throw new EventPatternError(`${at} has to be a list of at least two patterns`);
      for (const branch of inner) checkNode(branch, at);
    } else if (Array.isArray(inner)) {
      if (inner.length === 0) throw new EventPatternError(`${at} is an empty list, which matches nothing`);
      for (const matcher of inner) checkMatcher(matcher, at);
    } else checkNode(inner, at);
  }
}

function checkMatcher(matcher: unknown, at: string): void {
  if (!isObject(matcher)) return;
  const [[operator, operand] = ["", undefined], ...others] = Object.entries(matcher);
  const isText =
    typeof operand === "string" ||
    (isObject(operand) &&
      (operator === "prefix" || operator === "suffix") &&
      "equals-ignore-case" in operand);
  const isKnown =
    (operator in TEXT_OPERATORS && isText) ||
    (operator === "wildcard" && typeof operand === "string") ||
    (operator === "exists" && typeof operand === "boolean") ||
    (operator === "anything-but" && (!isObject(operand) || Array.isArray(operand)));
  if (!isKnown || others.length > 0)
    throw new EventPatternError(`${at}: the matcher ${JSON.stringify(matcher)} is not supported`);
}

function isLeaf(node: EventPattern | readonly unknown[]): node is readonly unknown[] {
  return Array.isArray(node);
}

function isMatchers(node: PresentNode | readonly Matcher[]): node is readonly Matcher[] {
  return Array.isArray(node);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
