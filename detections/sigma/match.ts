import { RE2JS } from "re2js";
import { isInNetwork, parseNetwork } from "../../formats/ip-network";
import { isPresent, pathOf, someValue, textOf } from "./fields";
import { compilePattern, foldCase } from "./match-text";
import type { Condition, FieldCondition, KeywordCondition, StringTest, ValueTest } from "./model";

/** Answers whether an event satisfies a condition. */
export type Predicate = (event: object) => boolean;

/** The value of a field that is computed rather than recorded; undefined when there is no such field. */
export type ComputedField = (field: string) => ((event: object) => unknown) | undefined;

/**
 * Turns a condition into a function. Matching ignores case unless the test is `cased`; time is linear in the size of
 * the values, whatever the pattern (RE2 for regular expressions).
 *
 * @param computed resolves field names that no CloudTrail record has; @default none
 */
export function compileCondition(condition: Condition, computed: ComputedField = () => undefined): Predicate {
  switch (condition.op) {
    case "and": {
      const all = condition.of.map((part) => compileCondition(part, computed));
      return (event) => all.every((predicate) => predicate(event));
    }
    case "or": {
      const any = condition.of.map((part) => compileCondition(part, computed));
      return (event) => any.some((predicate) => predicate(event));
    }
    case "not": {
      const predicate = compileCondition(condition.of, computed);
      return (event) => !predicate(event);
    }
    case "keyword":
      return compileKeyword(condition);
    case "field":
      return compileField(condition, computed);
  }
}

function compileField({ field, test }: FieldCondition, computed: ComputedField): Predicate {
  const compute = computed(field);
  const path = compute ? [] : pathOf(field);
  const rootOf = compute ?? ((event: object): unknown => event);
  if (test.kind === "null") return (event) => !isPresent(rootOf(event), path);
  if (test.kind === "exists") return (event) => isPresent(rootOf(event), path) === test.value;
  if (test.kind === "fieldref") return compileFieldref(rootOf, path, test, computed);
  const accepts = compileValueTest(test);
  return (event) => someValue(rootOf(event), path, accepts);
}

type SimpleTest = Exclude<ValueTest, { readonly kind: "null" | "exists" | "fieldref" }>;

/** A function that says whether a single value satisfies the test. */
export function compileValueTest(test: SimpleTest): (value: unknown) => boolean {
  switch (test.kind) {
    case "string":
      return compileString(test);
    case "number": {
      const text = String(test.value);
      return (value) => value === test.value || value === text;
    }
    case "boolean": {
      const text = String(test.value);
      return (value) => value === test.value || (typeof value === "string" && value.toLowerCase() === text);
    }
    case "regex": {
      const pattern = RE2JS.compile(test.pattern, re2Flags(test.flags));
      return (value) => {
        const text = typeof value === "boolean" ? undefined : textOf(value);
        return text !== undefined && pattern.matcher(text).find();
      };
    }
    case "cidr": {
      const network = parseNetwork(test.cidr);
      if (!network) throw new Error(`${test.cidr} is no network in CIDR notation`);
      return (value) => typeof value === "string" && isInNetwork(value, network);
    }
    case "compare":
      return (value) => typeof value === "number" && compares(value, test.operator, test.value);
  }
}

const RE2_FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};

/** Sigma's flags of `re` as RE2JS takes them. */
export function re2Flags(flags: string): number {
  return [...flags].reduce((sum, flag) => sum | (RE2_FLAGS[flag] ?? 0), 0);
}

function compares(value: number, operator: "gt" | "gte" | "lt" | "lte", bound: number): boolean {
  switch (operator) {
    case "gt":
      return value > bound;
    case "gte":
      return value >= bound;
    case "lt":
      return value < bound;
    case "lte":
      return value <= bound;
  }
}

function compileString(test: StringTest): (value: unknown) => boolean {
  const accepts = compilePattern(test);
  if (test.parts.some((part) => "wildcard" in part))
    return (value) => typeof value === "string" && accepts(value);
  return (value) => {
    const text = textOf(value);
    return text !== undefined && accepts(text);
  };
}

function compileKeyword({ test, field }: KeywordCondition): Predicate {
  const accepts = compilePattern(test);
  if (field === undefined) return (event) => holdsInside(event, accepts);
  const path = pathOf(field);
  return (event) => someValue(event, path, (value) => holdsInside(value, accepts));
}

/** Without recursion: a record may nest deeper than the call stack. */
function holdsInside(root: unknown, accepts: (text: string) => boolean): boolean {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node === "object" && node !== null) for (const value of valuesOf(node)) pending.push(value);
    else if ((typeof node === "string" || typeof node === "number") && accepts(String(node))) return true;
  }
  return false;
}

function valuesOf(node: object): readonly unknown[] {
  return Array.isArray(node) ? node : Object.values(node);
}

function compileFieldref(
  rootOf: (event: object) => unknown,
  path: readonly string[],
  test: Extract<ValueTest, { readonly kind: "fieldref" }>,
  computed: ComputedField,
): Predicate {
  const compute = computed(test.field);
  const otherPath = compute ? [] : pathOf(test.field);
  const fold = (value: unknown) => {
    const text = textOf(value);
    return test.cased || text === undefined ? text : foldCase(text);
  };
  return (event) =>
    someValue(rootOf(event), path, (left) => {
      const text = fold(left);
      if (text === undefined) return false;
      return someValue(compute ? compute(event) : event, otherPath, (right) => {
        const other = fold(right);
        return other !== undefined && relates(text, other, test.mode);
      });
    });
}

function relates(text: string, other: string, mode: "equals" | "contains" | "startswith" | "endswith") {
  switch (mode) {
    case "equals":
      return text === other;
    case "contains":
      return text.includes(other);
    case "startswith":
      return text.startsWith(other);
    case "endswith":
      return text.endsWith(other);
  }
}
