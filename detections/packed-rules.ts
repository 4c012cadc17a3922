import type { Condition, EventRule, Rule } from "./sigma/model";

/** Rules as JSON to travel with: conditions that many rules share are there once. */
export interface PackedRules {
  readonly rules: readonly PackedRule[];
  /** May rest on earlier ones. */
  readonly shared: readonly PackedCondition[];
}

type PackedRule =
  Exclude<Rule, EventRule> | (Omit<EventRule, "condition"> & { readonly condition: PackedCondition });

type PackedCondition =
  | { readonly op: "and" | "or"; readonly of: readonly PackedCondition[] }
  | { readonly op: "not"; readonly of: PackedCondition }
  | Exclude<Condition, { readonly op: "and" | "or" | "not" }>
  /** Index in `shared`. */
  | { readonly op: "shared"; readonly index: number };

/** Shorter conditions are not worth an index. */
const MIN_SHARED_CHARACTERS = 200;

/** Packs rules; the same rules give the same bytes. The context filter alone is half of an unpacked rule set. */
export function packRules(rules: readonly Rule[]): PackedRules {
  const counts = new Map<string, number>();
  const count = (condition: Condition): void => {
    const text = JSON.stringify(condition);
    if (text.length < MIN_SHARED_CHARACTERS) return;
    counts.set(text, (counts.get(text) ?? 0) + 1);
    for (const part of partsOf(condition)) count(part);
  };
  for (const rule of rules) if (rule.kind === "event") count(rule.condition);

  const shared: PackedCondition[] = [];
  const indexes = new Map<string, number>();
  const pack = (condition: Condition): PackedCondition => {
    const text = JSON.stringify(condition);
    if ((counts.get(text) ?? 0) < 2) return packParts(condition);
    const index = indexes.get(text) ?? shared.push(packParts(condition)) - 1;
    indexes.set(text, index);
    return { op: "shared", index };
  };
  const packParts = (condition: Condition): PackedCondition => {
    if (condition.op === "not") return { op: "not", of: pack(condition.of) };
    if (condition.op === "and" || condition.op === "or")
      return { op: condition.op, of: condition.of.map(pack) };
    return condition;
  };
  const packed = rules.map((rule): PackedRule =>
    rule.kind === "event" ? { ...rule, condition: pack(rule.condition) } : rule,
  );
  return { rules: packed, shared };
}

/**
 * The opposite of {@link packRules}.
 *
 * @throws Error when an index leads nowhere: the JSON was not made by it
 */
export function unpackRules({ rules, shared }: PackedRules): Rule[] {
  const conditions: Condition[] = [];
  const unpack = (condition: PackedCondition): Condition => {
    switch (condition.op) {
      case "shared": {
        const found = conditions[condition.index];
        if (!found) throw new Error(`the packed rules have no shared condition ${condition.index}`);
        return found;
      }
      case "not":
        return { op: "not", of: unpack(condition.of) };
      case "and":
      case "or":
        return { op: condition.op, of: condition.of.map(unpack) };
      case "field":
      case "keyword":
        return condition;
    }
  };
  for (const condition of shared) conditions.push(unpack(condition));
  return rules.map((rule): Rule =>
    rule.kind === "event" ? { ...rule, condition: unpack(rule.condition) } : rule,
  );
}

function partsOf(condition: Condition): readonly Condition[] {
  if (condition.op === "not") return [condition.of];
  return condition.op === "and" || condition.op === "or" ? condition.of : [];
}
