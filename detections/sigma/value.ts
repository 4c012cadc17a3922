import { parseNetwork } from "../../formats/ip-network";
import { fieldNameMistake } from "./field-names";
import type { PatternPart, ValueTest } from "./model";
import type { Comparison } from "./modifiers";
import { parsePattern, widened } from "./pattern";
import { regexMistake } from "./regex";
import type { YamlScalar } from "./yaml-node";

/** The test that one value of a selection's entry stands for, or what is wrong with it. */
export function valueTest(
  scalar: YamlScalar,
  by: Comparison["by"],
): ValueTest | { readonly mistake: string } {
  const { value } = scalar;
  switch (by.kind) {
    case "text":
      return by.mode === "equals" && !by.cased ? plainTest(scalar) : textTest(scalar, by);
    case "fieldref": {
      if (typeof value !== "string") return { mistake: "must name the other field" };
      const mistake = fieldNameMistake(value);
      return mistake === undefined
        ? { kind: "fieldref", field: value, mode: by.mode, cased: by.cased }
        : { mistake };
    }
    case "regex": {
      if (typeof value !== "string")
        return { mistake: "must be a regular expression as a text; put it in quotes" };
      const mistake = regexMistake(value, by.flags);
      return mistake === undefined ? { kind: "regex", pattern: value, flags: by.flags } : { mistake };
    }
    case "compare":
      return typeof value === "number" && Number.isFinite(value)
        ? { kind: "compare", operator: by.operator, value }
        : { mistake: `must be a number, because ${by.operator} compares numbers` };
    case "cidr":
      return typeof value === "string" && parseNetwork(value)
        ? { kind: "cidr", cidr: value }
        : { mistake: "must be a network in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32" };
    case "exists":
      return typeof value === "boolean"
        ? { kind: "exists", value }
        : { mistake: "must be true or false, because exists asks whether the field is there" };
  }
}

/** Without modifiers: what is written is what the field must be. */
function plainTest({ value, source }: YamlScalar): ValueTest | { readonly mistake: string } {
  if (value === null) return { kind: "null" };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (typeof value === "string") return { kind: "string", parts: parsePattern(value), cased: false };
  // 012345678901 and 1.10 are numbers to YAML, but account ids and versions to people.
  if (String(value) !== source)
    return { mistake: `is the number ${value} to YAML, not what is written; put it in quotes: '${source}'` };
  return { kind: "number", value };
}

function textTest(
  { value }: YamlScalar,
  { mode, cased }: Extract<Comparison["by"], { readonly kind: "text" }>,
): ValueTest | { readonly mistake: string } {
  if (typeof value !== "string")
    return {
      mistake: `must be a text, because ${mode === "equals" ? "cased" : mode} compares texts; put it in quotes`,
    };
  const parts: PatternPart[] = widened(parsePattern(value), {
    before: mode === "contains" || mode === "endswith",
    after: mode === "contains" || mode === "startswith",
  });
  return { kind: "string", parts, cased };
}
