import { compilePattern } from "./match-text";
import type { PatternPart } from "./model";

/** A condition as written: names of selections joined by operators. */
export type Expression =
  | { readonly op: "and" | "or"; readonly of: readonly Expression[] }
  | { readonly op: "not"; readonly of: Expression }
  | { readonly op: "selection"; readonly name: string }
  /** Any or all of the selections whose names match; `them` is the pattern `*`. */
  | { readonly op: "quantified"; readonly quantifier: "any" | "all"; readonly pattern: string };

const DEEPEST_NESTING = 100;

/**
 * Reads a condition (Sigma rules specification 2.0, "Condition"): `not` binds tighter than `and`, `and` tighter than
 * `or`; parentheses; `1 of`, `any of` and `all of` with a name pattern or `them`.
 */
export function parseExpression(text: string): Expression | { readonly mistake: string } {
  if (text.includes("|"))
    return {
      mistake: "has a pipe; aggregations after | are Sigma 1, write a correlation document instead",
    };
  try {
    return new ExpressionParser(text.match(/[()]|[^\s()]+/g) ?? []).parse();
  } catch (error) {
    if (error instanceof ConditionMistake) return { mistake: error.message };
    throw error;
  }
}

class ConditionMistake extends Error {}

class ExpressionParser {
  private position = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly string[]) {}

  parse(): Expression {
    const expression = this.disjunction();
    const rest = this.tokens[this.position];
    if (rest !== undefined)
      throw new ConditionMistake(
        rest === ")"
          ? "closes a parenthesis that was never opened"
          : `has ${JSON.stringify(rest)} where and, or, or the end is expected`,
      );
    return expression;
  }

  private disjunction(): Expression {
    return this.joined("or", () => this.joined("and", () => this.negation()));
  }

  private joined(op: "and" | "or", operand: () => Expression): Expression {
    const of = [operand()];
    while (this.take(op)) of.push(operand());
    const [only] = of;
    return of.length === 1 && only ? only : { op, of };
  }

  private negation(): Expression {
    let negated = false;
    while (this.take("not")) negated = !negated;
    const operand = this.operand();
    return negated ? { op: "not", of: operand } : operand;
  }

  private operand(): Expression {
    const token = this.tokens[this.position++];
    if (token === undefined) throw new ConditionMistake("ends where the name of a selection is expected");
    if (token === "(") return this.parenthesised();
    if (token === ")" || isOperator(token))
      throw new ConditionMistake(`has ${JSON.stringify(token)} where the name of a selection is expected`);
    return this.take("of") ? this.quantified(token) : { op: "selection", name: token };
  }

  private parenthesised(): Expression {
    if (++this.depth > DEEPEST_NESTING)
      throw new ConditionMistake(`nests parentheses deeper than ${DEEPEST_NESTING} levels`);
    const inner = this.disjunction();
    if (!this.take(")")) throw new ConditionMistake("opens a parenthesis that is never closed");
    this.depth--;
    return inner;
  }

  private quantified(word: string): Expression {
    const quantifier =
      word.toLowerCase() === "all" ? "all" : ["1", "any"].includes(word.toLowerCase()) ? "any" : undefined;
    if (!quantifier)
      throw new ConditionMistake(
        `asks for ${JSON.stringify(word)} of something; write 1 of, any of or all of`,
      );
    const pattern = this.tokens[this.position++];
    if (pattern === undefined || pattern === "(" || pattern === ")" || isOperator(pattern))
      throw new ConditionMistake(`lacks a name, a pattern such as selection_*, or them after "${word} of"`);
    return { op: "quantified", quantifier, pattern: pattern === "them" ? "*" : pattern };
  }

  /** Older rules write operators in capitals; no selection is named like one. */
  private take(word: string): boolean {
    if (this.tokens[this.position]?.toLowerCase() !== word) return false;
    this.position++;
    return true;
  }
}

function isOperator(token: string): boolean {
  return ["and", "or", "not", "of"].includes(token.toLowerCase());
}

/**
 * Names that a pattern stands for. `*` is any number of characters; names that start with `_` are meant only by
 * patterns that do as well.
 */
export function matchingNames(pattern: string, names: readonly string[]): string[] {
  // Not a regular expression of JavaScript's: many stars would take it time without bound.
  const accepts = compilePattern({ kind: "string", parts: starsOnly(pattern), cased: true });
  return names.filter((name) => accepts(name) && (!name.startsWith("_") || pattern.startsWith("_")));
}

function starsOnly(pattern: string): PatternPart[] {
  return pattern
    .split(/(\*+)/)
    .filter((part) => part !== "")
    .map((part) => (part.startsWith("*") ? { wildcard: "*" } : { text: part }));
}
