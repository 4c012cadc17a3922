import { isInNetwork, parseNetwork } from "../../../formats/ip-network";

/**
 * Whether an event pattern holds for an event: EventBridge's rules as its user guide and event-ruler's README give
 * them, written for tests and held against event-ruler itself in test/oracles. Slow and simple.
 */
export function matchesPattern(pattern: object, event: object): boolean {
  const leaves = leavesOf(event);
  return conjunctionsOf(pattern, "").some((conjunction) => holds([...conjunction], leaves, new Map()));
}

/** A value, and which element of which list it came through. */
interface Leaf {
  readonly path: string;
  readonly value: unknown;
  readonly elements: ReadonlyMap<object, number>;
}

function leavesOf(node: unknown, path = "", elements: ReadonlyMap<object, number> = new Map()): Leaf[] {
  if (Array.isArray(node))
    return node.flatMap((element, index) => leavesOf(element, path, new Map(elements).set(node, index)));
  if (typeof node === "object" && node !== null)
    return Object.entries(node).flatMap(([key, value]) =>
      leavesOf(value, path === "" ? key : `${path}.${key}`, elements),
    );
  return [{ path, value: node, elements }];
}

type Conjunction = ReadonlyMap<string, readonly unknown[]>;

/** `$or` multiplied out. */
function conjunctionsOf(pattern: object, prefix: string): Conjunction[] {
  let conjunctions: Conjunction[] = [new Map()];
  for (const [key, value] of Object.entries(pattern) as [string, unknown][]) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const alternatives = alternativesOf(key, value, prefix, path);
    conjunctions = conjunctions.flatMap((left) => alternatives.map((right) => new Map([...left, ...right])));
  }
  return conjunctions;
}

function alternativesOf(key: string, value: unknown, prefix: string, path: string): Conjunction[] {
  if (key === "$or") return (value as object[]).flatMap((branch) => conjunctionsOf(branch, prefix));
  if (Array.isArray(value)) return [new Map([[path, value]])];
  return conjunctionsOf(value as object, path);
}

/** Finds a value for each field, such that no two come through different elements of the same list. */
function holds(
  fields: readonly (readonly [string, readonly unknown[]])[],
  leaves: readonly Leaf[],
  chosen: ReadonlyMap<object, number>,
): boolean {
  const [first, ...rest] = fields;
  if (!first) return true;
  const [path, matchers] = first;
  const here = leaves.filter((leaf) => leaf.path === path);
  if (here.length === 0 && matchers.some((matcher) => isExists(matcher, false)))
    return holds(rest, leaves, chosen);
  return here.some((leaf) => {
    if ([...leaf.elements].some(([list, index]) => (chosen.get(list) ?? index) !== index)) return false;
    if (!matchers.some((matcher) => accepts(matcher, leaf.value))) return false;
    return holds(rest, leaves, new Map([...chosen, ...leaf.elements]));
  });
}

function isExists(matcher: unknown, value: boolean): boolean {
  return typeof matcher === "object" && matcher !== null && "exists" in matcher && matcher.exists === value;
}

function accepts(matcher: unknown, value: unknown): boolean {
  if (typeof matcher !== "object" || matcher === null) return matcher === value;
  const [[operator, operand] = ["", undefined]] = Object.entries(matcher) as [string, unknown][];
  switch (operator) {
    case "exists":
      return operand === true;
    case "anything-but":
      return !excludes(operand, value);
    case "numeric": {
      const [relation, bound] = operand as [string, number];
      return typeof value === "number" && relates(value, relation, bound);
    }
    case "cidr": {
      const network = parseNetwork(operand as string);
      return network !== undefined && typeof value === "string" && isInNetwork(value, network);
    }
    default:
      return typeof value === "string" && acceptsText(operator, operand, value);
  }
}

function relates(value: number, relation: string, bound: number): boolean {
  if (relation === ">") return value > bound;
  if (relation === ">=") return value >= bound;
  return relation === "<" ? value < bound : value <= bound;
}

/** `anything-but` is true for numbers, booleans and null where texts are excluded. */
function excludes(operand: unknown, value: unknown): boolean {
  if (Array.isArray(operand)) return operand.includes(value);
  const [[operator, texts] = ["", []]] = Object.entries(operand as object) as [string, unknown[]][];
  return typeof value === "string" && texts.some((text) => acceptsText(operator, text, value));
}

function acceptsText(operator: string, operand: unknown, value: string): boolean {
  if (operator === "equals-ignore-case") return value.toLowerCase() === (operand as string).toLowerCase();
  if (operator === "wildcard") return wildcard(operand as string).test(value);
  const folded = typeof operand === "object";
  const raw = folded
    ? (operand as { "equals-ignore-case": string })["equals-ignore-case"]
    : (operand as string);
  const [text, subject] = folded ? [raw.toLowerCase(), value.toLowerCase()] : [raw, value];
  if (operator === "prefix") return subject.startsWith(text);
  if (operator === "suffix") return subject.endsWith(text);
  throw new Error(`the reference matcher knows no ${operator}`);
}

function wildcard(glob: string): RegExp {
  const source = glob.replace(/\\(.)|\*|[^\\*]+/gs, (token: string, escaped: string | undefined) => {
    if (token === "*") return ".*";
    return (escaped ?? token).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}
