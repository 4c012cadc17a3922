import { isInNetwork, parseNetwork } from "./ip-network";

/** A pattern as JSON has it. */
interface PatternNode {
  readonly [key: string]: PatternNode | readonly unknown[];
}

/** A pattern that EventBridge would refuse, or that uses what is not supported here. */
export class EventPatternError extends Error {
  override readonly name = "EventPatternError";
}

/**
 * Turns an event pattern into a function that says whether an event matches it, as EventBridge decides (EventBridge
 * User Guide, "Comparison operators for use in event patterns"; reference implementation: aws/event-ruler). Keys of a
 * pattern all have to match, the matchers of one key are alternatives, and conditions below one array have to be met by
 * the same element of it.
 *
 * Supported matchers: values, `prefix` and `suffix` (also with `equals-ignore-case`), `equals-ignore-case`, `wildcard`,
 * `anything-but` (values, or one of the former with one text or several), `exists`, `numeric`, `cidr`, and `$or`.
 *
 * @throws EventPatternError naming the key
 */
export function compileEventPattern(json: string): (event: unknown) => boolean {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new EventPatternError("the event pattern is not JSON", { cause: error });
  }
  checkNode(value, "pattern");
  const alternatives = alternativesOf(value);
  return (event) =>
    alternatives.some(
      ({ present, absent }) =>
        absent.every((path) => !isLeafAt(event, path)) && matchesPresent(present, event),
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
function alternativesOf(pattern: PatternNode, path: readonly string[] = []): Alternative[] {
  let alternatives: Alternative[] = [{ present: {}, absent: [] }];
  for (const [key, node] of Object.entries(pattern)) {
    const options =
      key === "$or"
        ? (node as readonly PatternNode[]).flatMap((branch) => alternativesOf(branch, path))
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
      const refused = listOf(operand).flatMap((each) =>
        isObject(each) ? textMatchers(each) : [toMatcher(each)],
      );
      return (value) => !refused.some((matches) => matches(value));
    }
    case "numeric":
      return toNumericMatcher(operand as readonly unknown[]);
    case "cidr": {
      const network = parseNetwork(String(operand));
      return (value) => typeof value === "string" && network !== undefined && isInNetwork(value, network);
    }
    default:
      return toTextMatcher(operator, operand);
  }
}

/** Matchers for one operator with one text or several, as `anything-but` takes them. */
function textMatchers(operation: Readonly<Record<string, unknown>>): Matcher[] {
  return Object.entries(operation).flatMap(([operator, operand]) =>
    listOf(operand).map((text) => toTextMatcher(operator, text)),
  );
}

function toTextMatcher(operator: string, operand: unknown): Matcher {
  if (operator === "wildcard") {
    const expression = wildcardExpression(String(operand));
    return (value) => typeof value === "string" && expression.test(value);
  }
  const ignoreCase = isObject(operand) || operator === "equals-ignore-case";
  const text = String(isObject(operand) ? operand["equals-ignore-case"] : operand);
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  const compare = TEXT_OPERATORS[operator];
  return (value) => typeof value === "string" && (compare?.(fold(value), fold(text)) ?? false);
}

const TEXT_OPERATORS: Readonly<Record<string, (value: string, text: string) => boolean>> = {
  prefix: (value, text) => value.startsWith(text),
  suffix: (value, text) => value.endsWith(text),
  "equals-ignore-case": (value, text) => value === text,
};

/** `*` is any run of characters; a backslash makes the character behind it literal. */
function wildcardExpression(glob: string): RegExp {
  const source = glob.replace(/\\(.)|\*|[^\\*]+/gs, (token: string, escaped: string | undefined) =>
    token === "*" ? ".*" : (escaped ?? token).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`, "s");
}

const RELATIONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** @param bounds relations and numbers by turns, all of which hold */
function toNumericMatcher(bounds: readonly unknown[]): Matcher {
  return (value) =>
    typeof value === "number" &&
    bounds.every((relation, index) =>
      index % 2 === 1 ? true : (RELATIONS[String(relation)]?.(value, Number(bounds[index + 1])) ?? false),
    );
}

function checkNode(node: unknown, where: string): asserts node is PatternNode {
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
  if (!isKnown(operator, operand) || others.length > 0)
    throw new EventPatternError(`${at}: the matcher ${JSON.stringify(matcher)} is not supported`);
}

function isKnown(operator: string, operand: unknown): boolean {
  switch (operator) {
    case "exists":
      return typeof operand === "boolean";
    case "anything-but":
      return isObject(operand)
        ? Object.keys(operand).length === 1 &&
            Object.entries(operand).every(([inner, texts]) =>
              listOf(texts).every((text) => isKnownText(inner, text)),
            )
        : listOf(operand).every((each) => !isObject(each));
    case "numeric":
      return (
        Array.isArray(operand) &&
        operand.length > 0 &&
        operand.every((each, index) =>
          index % 2 === 1 ? typeof each === "number" : String(each) in RELATIONS,
        ) &&
        operand.length % 2 === 0
      );
    case "cidr":
      return typeof operand === "string" && parseNetwork(operand) !== undefined;
    default:
      return isKnownText(operator, operand);
  }
}

function isKnownText(operator: string, operand: unknown): boolean {
  if (operator === "wildcard") return typeof operand === "string";
  if (!(operator in TEXT_OPERATORS)) return false;
  return (
    typeof operand === "string" ||
    (isObject(operand) &&
      operator !== "equals-ignore-case" &&
      typeof operand["equals-ignore-case"] === "string")
  );
}

function isLeaf(node: PatternNode | readonly unknown[]): node is readonly unknown[] {
  return Array.isArray(node);
}

function isMatchers(node: PresentNode | readonly Matcher[]): node is readonly Matcher[] {
  return Array.isArray(node);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
