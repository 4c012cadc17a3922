import type { Scanner } from "./scanner";

/**
 * A regular expression between `%` signs. The grammar has no groups, so an expression is alternatives of plain
 * sequences; counted repetition is already unrolled.
 */
export interface Regex {
  /** The text between the `%` signs. */
  readonly source: string;
  readonly alternatives: readonly (readonly RegexStep[])[];
}

/** One step of a sequence: a position test, or one character out of a set. */
export type RegexStep =
  | { readonly kind: "start" | "end" }
  | {
      /** `one`: exactly once; `optional`: at most once; `any`: any number of times. */
      readonly kind: "one" | "optional" | "any";
      readonly set: CharacterSet;
    };

/** Characters by code point, as inclusive ranges. */
export interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

const MAX_REPEAT = 1_000;
const MAX_STEPS = 2_000;

// Letters, digits, the listed symbols, and the space that AWS's own example `%^shutting down%` uses.
const LITERAL = /[A-Za-z0-9:_#=@/;, -]/;
const OPERATORS = "^$?[]{}|\\*+.";

const code = (character: string): number => character.charCodeAt(0);
const span = (from: string, to: string): readonly [number, number] => [code(from), code(to)];

const CLASSES: Readonly<Record<string, CharacterSet["ranges"]>> = {
  d: [span("0", "9")],
  s: [span("\t", "\r"), span(" ", " ")],
  w: [span("0", "9"), span("A", "Z"), span("_", "_"), span("a", "z")],
};

/**
 * Parses the expression that starts at the scanner's position, up to and including the closing `%`.
 * Grammar: CloudWatch Logs User Guide, "Filter pattern syntax ..", "Supported regular expressions (regex) syntax".
 */
export function parseRegex(scanner: Scanner): Regex {
  const start = scanner.position;
  if (!scanner.text.includes("%", start)) scanner.fail("this regular expression has no closing %", start - 1);
  const alternatives: RegexStep[][] = [[]];
  let stepCount = 0;
  while (!scanner.takeToken("%")) {
    if (scanner.takeToken("|")) {
      alternatives.push([]);
      continue;
    }
    const steps = parseRepeated(scanner);
    stepCount += steps.length;
    if (stepCount > MAX_STEPS) scanner.fail(`the repetitions add up to more than ${MAX_STEPS} characters`);
    alternatives[alternatives.length - 1]?.push(...steps);
  }
  const source = scanner.text.slice(start, scanner.position - 1);
  if (alternatives.some((steps) => steps.length === 0)) {
    scanner.fail(
      "the regular expression, or one of its | alternatives, is empty and would match everything",
      start,
    );
  }
  return { source, alternatives };
}

function parseRepeated(scanner: Scanner): RegexStep[] {
  const start = scanner.position;
  if (scanner.takeToken("^")) return [{ kind: "start" }];
  if (scanner.takeToken("$")) return [{ kind: "end" }];
  const set = parseAtom(scanner);
  const [min, max] = parseRepetition(scanner, start);
  const steps: RegexStep[] = Array.from({ length: min }, () => ({ kind: "one", set }));
  if (max === undefined) steps.push({ kind: "any", set });
  else for (let n = min; n < max; n++) steps.push({ kind: "optional", set });
  return steps;
}

/** `max` undefined: no upper bound. */
function parseRepetition(scanner: Scanner, start: number): readonly [min: number, max: number | undefined] {
  if (scanner.takeToken("*")) return [0, undefined];
  if (scanner.takeToken("+")) return [1, undefined];
  if (scanner.takeToken("?")) return [0, 1];
  if (scanner.next !== "{") return [1, 1];
  const text = scanner.take(/\{(?:\d{1,9}(?:,\d{0,9})?|,\d{1,9})\}/y);
  if (text === undefined) scanner.fail("a repetition is {m}, {m,}, {,n} or {m,n}; escape a literal { as \\{");
  const [low = "", high] = text.slice(1, -1).split(",");
  const min = Number(low);
  const max = high === undefined ? min : high === "" ? undefined : Number(high);
  if (min > MAX_REPEAT || (max ?? 0) > MAX_REPEAT) {
    scanner.fail(`a repetition may ask for at most ${MAX_REPEAT}`, start);
  }
  if (max !== undefined && (max < min || max === 0)) {
    scanner.fail("the upper bound of the repetition is below its lower bound, or zero", start);
  }
  return [min, max];
}

function parseAtom(scanner: Scanner): CharacterSet {
  const character = scanner.next;
  if (character === "\\") return parseEscape(scanner);
  if (scanner.takeToken("[")) return parseClass(scanner);
  if (scanner.takeToken(".")) return { negated: true, ranges: [] };
  if ("*+?{".includes(character)) scanner.fail("there is nothing before this for it to repeat");
  if ("]}".includes(character)) scanner.fail(`escape a literal ${character} as \\${character}`);
  if (!LITERAL.test(character)) failUnsupported(scanner);
  scanner.position++;
  return { negated: false, ranges: [span(character, character)] };
}

function parseEscape(scanner: Scanner): CharacterSet {
  const hex = scanner.take(/\\x[0-9A-Fa-f]{2}/y);
  if (hex !== undefined) {
    const value = Number.parseInt(hex.slice(2), 16);
    return { negated: false, ranges: [[value, value]] };
  }
  const character = scanner.text.charAt(scanner.position + 1);
  const ranges = CLASSES[character.toLowerCase()];
  if (ranges !== undefined) {
    scanner.position += 2;
    return { negated: character !== character.toLowerCase(), ranges };
  }
  const literal = character !== "" && (OPERATORS.includes(character) || /[:_#=@/;, -]/.test(character));
  if (!literal) {
    scanner.fail(
      "after a backslash: d, D, s, S, w, W, xhh (two hexadecimal digits) or the symbol to take literally",
    );
  }
  scanner.position += 2;
  return { negated: false, ranges: [span(character, character)] };
}

function parseClass(scanner: Scanner): CharacterSet {
  const start = scanner.position - 1;
  const negated = scanner.takeToken("^");
  const ranges: (readonly [number, number])[] = [];
  while (!scanner.takeToken("]")) {
    if (scanner.next === "%") scanner.fail("this [ has no closing ]", start);
    const from = parseClassMember(scanner);
    const single = from.ranges.length === 1 && from.ranges[0]?.[0] === from.ranges[0]?.[1];
    if (single && scanner.next === "-" && scanner.text.charAt(scanner.position + 1) !== "]") {
      const rangeAt = scanner.position++;
      const low = from.ranges[0]?.[0] ?? 0;
      const to = parseClassMember(scanner);
      const high = to.ranges[0]?.[0] ?? 0;
      if (to.ranges.length !== 1 || high !== to.ranges[0]?.[1] || high < low) {
        scanner.fail("a range goes from a lower to a higher single character", rangeAt);
      }
      ranges.push([low, high]);
    } else {
      ranges.push(...from.ranges);
    }
  }
  if (ranges.length === 0) scanner.fail("an empty [] matches nothing; escape a literal ] as \\]", start);
  return { negated, ranges };
}

function parseClassMember(scanner: Scanner): CharacterSet {
  if (scanner.next === "\\") {
    const at = scanner.position;
    const set = parseEscape(scanner);
    if (set.negated) scanner.fail("\\D, \\S and \\W cannot stand inside [ ]; write [^...] instead", at);
    return set;
  }
  const character = scanner.next;
  if (!LITERAL.test(character) && !(character !== "" && "^$?[{}|*+.".includes(character)))
    failUnsupported(scanner);
  scanner.position++;
  return { negated: false, ranges: [span(character, character)] };
}

function failUnsupported(scanner: Scanner): never {
  scanner.fail(
    `a regular expression may hold letters, digits, spaces, the symbols : _ # = @ / ; , - and the operators ` +
      `^ $ ? [ ] { } | \\ * + . only; write any other ASCII character as \\x and two hexadecimal digits`,
  );
}

/**
 * Whether the expression matches anywhere in `text`. All ways through a sequence are followed side by side, so time
 * grows with the text's length times the expression's, never exponentially as in a backtracking engine.
 */
export function matchesRegex(regex: Regex, text: string): boolean {
  return regex.alternatives.some((steps) => matchesSequence(steps, text));
}

function matchesSequence(steps: readonly RegexStep[], text: string): boolean {
  const accept = steps.length;
  const enteredAt = new Int32Array(accept + 1).fill(-1);
  let current: number[] = [];
  let position = 0;

  // Adds a state and every state reachable from it without consuming a character; states only lead forward.
  const enter = (first: number, states: number[]): boolean => {
    for (let state = first; enteredAt[state] !== position; state++) {
      enteredAt[state] = position;
      const step = steps[state];
      if (step === undefined) return true;
      const isAnchor = step.kind === "start" || step.kind === "end";
      if (!isAnchor) states.push(state);
      const passes =
        step.kind === "start"
          ? position === 0
          : step.kind === "end"
            ? position === text.length
            : step.kind !== "one";
      if (!passes) return false;
    }
    return false;
  };

  if (enter(0, current)) return true;
  while (position < text.length) {
    const codePoint = text.codePointAt(position) ?? 0;
    position += codePoint > 0xffff ? 2 : 1;
    const following: number[] = [];
    for (const state of current) {
      const step = steps[state];
      if (step === undefined || !("set" in step) || !contains(step.set, codePoint)) continue;
      if (enter(step.kind === "any" ? state : state + 1, following)) return true;
    }
    if (enter(0, following)) return true;
    current = following;
  }
  return false;
}

function contains(set: CharacterSet, codePoint: number): boolean {
  return set.ranges.some(([from, to]) => codePoint >= from && codePoint <= to) !== set.negated;
}
