/** How the values of a selection's entry are compared with a field, as its modifiers say. */
export interface Comparison {
  readonly by:
    | { readonly kind: "text"; readonly mode: "equals" | AffixMode; readonly cased: boolean }
    | { readonly kind: "fieldref"; readonly mode: "equals" | AffixMode; readonly cased: boolean }
    | { readonly kind: "regex"; readonly flags: string }
    | { readonly kind: "compare"; readonly operator: CompareOperator }
    | { readonly kind: "cidr" }
    | { readonly kind: "exists" };
  /** All values must match instead of any. */
  readonly all: boolean;
  /** The opposite of the whole comparison. */
  readonly negated: boolean;
}

type AffixMode = "contains" | "startswith" | "endswith";
type CompareOperator = "gt" | "gte" | "lt" | "lte";

const AFFIX_MODES = ["contains", "startswith", "endswith"] as const;
const COMPARE_OPERATORS = ["gt", "gte", "lt", "lte"] as const;
const REGEX_FLAGS = ["i", "m", "s"] as const;

/** Modifiers of the Sigma modifiers appendix 2.1 that are supported. */
export const SUPPORTED_MODIFIERS: readonly string[] = [
  ...AFFIX_MODES,
  "all",
  "re",
  ...REGEX_FLAGS,
  "cidr",
  "exists",
  "fieldref",
  ...COMPARE_OPERATORS,
  "cased",
  "neq",
];

/** Modifiers that decide what kind of comparison it is; at most one of them, and the affixes only after `fieldref`. */
const KINDS: readonly string[] = [...AFFIX_MODES, "re", "cidr", "exists", "fieldref", ...COMPARE_OPERATORS];

/** What the modifiers of a key mean together, or what is wrong with them. */
export function interpretModifiers(modifiers: readonly string[]): Comparison | { readonly mistake: string } {
  const mistake = mistakeIn(modifiers);
  if (mistake !== undefined) return { mistake };
  const has = (modifier: string) => modifiers.includes(modifier);
  return { by: comparisonBy(modifiers), all: has("all"), negated: has("neq") };
}

function comparisonBy(modifiers: readonly string[]): Comparison["by"] {
  const has = (modifier: string) => modifiers.includes(modifier);
  const operator = COMPARE_OPERATORS.find(has);
  if (operator) return { kind: "compare", operator };
  if (has("re")) return { kind: "regex", flags: REGEX_FLAGS.filter(has).join("") };
  if (has("cidr")) return { kind: "cidr" };
  if (has("exists")) return { kind: "exists" };
  return {
    kind: has("fieldref") ? "fieldref" : "text",
    mode: AFFIX_MODES.find(has) ?? "equals",
    cased: has("cased"),
  };
}

function mistakeIn(modifiers: readonly string[]): string | undefined {
  const unknown = modifiers.find((modifier) => !SUPPORTED_MODIFIERS.includes(modifier));
  if (unknown !== undefined)
    return `has the modifier ${JSON.stringify(unknown)}, which is not supported; supported are ${SUPPORTED_MODIFIERS.join(", ")}`;
  const repeated = modifiers.find((modifier, index) => modifiers.indexOf(modifier) !== index);
  if (repeated !== undefined) return `has the modifier ${repeated} twice; write it once`;
  const [first, second, third] = modifiers.filter((modifier) => KINDS.includes(modifier));
  const isAffixed =
    first === "fieldref" && third === undefined && AFFIX_MODES.some((mode) => mode === second);
  if (first !== undefined && second !== undefined && !isAffixed) return clash(first, second);
  const others = modifiers.filter((modifier) => modifier !== first && modifier !== second);
  const stray = others.find((modifier) => REGEX_FLAGS.some((flag) => flag === modifier));
  const flagAt = stray === undefined ? -1 : modifiers.indexOf(stray);
  if (stray !== undefined && (first !== "re" || flagAt < modifiers.indexOf("re")))
    return `has the modifier ${stray}, a flag of regular expressions; write it after re, as in field|re|${stray}`;
  if (modifiers.includes("cased") && first !== undefined && first !== "fieldref" && !isAffix(first))
    return first === "re"
      ? "combines re and cased; regular expressions mind the case unless they have the flag i, leave cased out"
      : `combines ${first} and cased; cased is for texts, leave it out`;
  if (first === "exists" && modifiers.length > 1)
    return "combines exists with other modifiers; write exists alone, with true or false";
  return undefined;
}

function clash(first: string, second: string): string {
  if (isAffix(first) && second === "fieldref")
    return `has ${first} before fieldref; modifiers apply in order, write fieldref|${first}`;
  if ([first, second].includes("re") && (isAffix(first) || isAffix(second)))
    return `combines ${first} and ${second}; a regular expression finds its text anywhere, write ^ or $ to hold it to an end`;
  return `combines ${first} and ${second}, which exclude each other; write two entries instead`;
}

function isAffix(modifier: string): boolean {
  return AFFIX_MODES.some((mode) => mode === modifier);
}
