import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { computedField } from "./computed-fields";
import { MayMatchCompiler } from "./may-match";
import type { Concern } from "./open-things";
import type { RecordGlance } from "./question";
import { compileCondition, compileValueTest, type Predicate } from "./sigma/match";
import type { Condition, CorrelationRule, EventRule, FieldCondition, Rule, StringTest } from "./sigma/model";

/** A rule, ready to be asked. */
export interface AskingRule {
  readonly rule: EventRule;
  readonly matches: Predicate;
}

interface CompiledRule extends AskingRule {
  readonly acceptsName: ((value: unknown) => boolean) | undefined;
  readonly acceptsSource: ((value: unknown) => boolean) | undefined;
  /** Set when any event name will do: a test that must hold, shared by all rules that have the same. */
  readonly gate: Predicate | undefined;
}

/** The rules that may match events of one name and source. */
interface Candidates {
  readonly named: readonly CompiledRule[];
  readonly gated: readonly { readonly gate: Predicate; readonly rules: readonly CompiledRule[] }[];
  readonly ungated: readonly CompiledRule[];
  /** Those that may match a record; made when it is first asked for. */
  asking?: (record: RecordGlance) => readonly Concern<AskingRule>[];
}

/** Distinct pairs of name and source that are remembered; AWS has some 20,000 API operations. */
const REMEMBERED_PAIRS = 50_000;

/**
 * Rules, indexed by event name and source: an event meets only the rules that ask for its name, and of those that ask
 * for any name, only the ones whose leading test holds. Built once, asked for every event.
 */
export class RuleSet {
  private readonly compiled: readonly CompiledRule[];
  /** By name, then by source. */
  private readonly candidates = new Map<string, Map<string | undefined, Candidates>>();
  private remembered = 0;
  private readonly glances = new MayMatchCompiler();
  private readonly rulesById: ReadonlyMap<string, Rule>;
  private readonly correlationsByRule = new Map<string, CorrelationRule[]>();

  /** @param rules as {@link parseRules} gives them: ids unique, references resolved */
  constructor(readonly rules: readonly Rule[]) {
    const gates = new Map<string, Predicate>();
    this.compiled = rules.filter((rule) => rule.kind === "event").map((rule) => compileRule(rule, gates));
    this.rulesById = new Map(rules.map((rule) => [rule.id, rule]));
    for (const rule of rules) {
      if (rule.kind !== "correlation") continue;
      for (const id of new Set(rule.correlation.rules)) {
        const known = this.correlationsByRule.get(id);
        if (known) known.push(rule);
        else this.correlationsByRule.set(id, [rule]);
      }
    }
  }

  byId(id: string): Rule | undefined {
    return this.rulesById.get(id);
  }

  /** The event rules that match, whether they alert by themselves or only feed correlations. */
  match(event: CloudTrailEvent): readonly EventRule[] {
    const { named, gated, ungated } = this.candidatesOf(event.eventName, event.eventSource);
    const matched: EventRule[] = [];
    askAll(named, event, matched);
    for (const { gate, rules } of gated) if (gate(event)) askAll(rules, event, matched);
    askAll(ungated, event, matched);
    return matched;
  }

  /**
   * The rules that may match a record, as far as can be told before it is parsed as a whole; those that do are the same
   * as {@link match} gives. Most records need no parsing: no rule asks for them.
   */
  asking(record: RecordGlance): readonly Concern<AskingRule>[] {
    const candidates = this.candidatesOf(record.eventName, record.eventSource);
    candidates.asking ??= this.glances.compile(rulesOf(candidates), ({ rule }) => rule.condition);
    return candidates.asking(record);
  }

  /** False only when no rule can match the record, so that a reader need not parse it as a whole. */
  asksFor(record: RecordGlance): boolean {
    return this.asking(record).length > 0;
  }

  /** Correlations that rest on a rule. */
  correlationsOn(ruleId: string): readonly CorrelationRule[] {
    return this.correlationsByRule.get(ruleId) ?? [];
  }

  /** Whether a match is an alert by itself: a rule that correlations rest on is none, unless one says `generate`. */
  alertsItself(rule: Rule): boolean {
    const correlations = this.correlationsOn(rule.id);
    return correlations.length === 0 || correlations.some(({ correlation }) => correlation.generate);
  }

  private candidatesOf(eventName: string, eventSource: string | undefined): Candidates {
    let bySource = this.candidates.get(eventName);
    const known = bySource?.get(eventSource);
    if (known) return known;
    if (this.remembered++ >= REMEMBERED_PAIRS) {
      this.candidates.clear();
      this.remembered = 1;
      bySource = undefined;
    }
    bySource ??= new Map<string | undefined, Candidates>();
    const found = findCandidates(this.compiled, eventName, eventSource);
    this.candidates.set(eventName, bySource.set(eventSource, found));
    return found;
  }
}

function askAll(rules: readonly CompiledRule[], event: CloudTrailEvent, matched: EventRule[]): void {
  for (const { rule, matches } of rules) if (matches(event)) matched.push(rule);
}

function findCandidates(
  compiled: readonly CompiledRule[],
  eventName: string,
  eventSource: string | undefined,
): Candidates {
  const possible = compiled.filter(
    ({ acceptsName, acceptsSource }) =>
      (acceptsName?.(eventName) ?? true) && (acceptsSource?.(eventSource) ?? true),
  );
  const gated = new Map<Predicate, CompiledRule[]>();
  for (const rule of possible) {
    if (rule.acceptsName || !rule.gate) continue;
    const sharing = gated.get(rule.gate);
    if (sharing) sharing.push(rule);
    else gated.set(rule.gate, [rule]);
  }
  return {
    named: possible.filter(({ acceptsName }) => acceptsName),
    gated: [...gated].map(([gate, rules]) => ({ gate, rules })),
    ungated: possible.filter(({ acceptsName, gate }) => !acceptsName && !gate),
  };
}

function rulesOf({ named, gated, ungated }: Candidates): CompiledRule[] {
  return [...named, ...gated.flatMap(({ rules }) => rules), ...ungated];
}

function compileRule(rule: EventRule, gates: Map<string, Predicate>): CompiledRule {
  const acceptsName = anyOf(requiredTests(rule.condition, "eventName"));
  return {
    rule,
    matches: compileCondition(rule.condition, computedField),
    acceptsName,
    acceptsSource: anyOf(requiredTests(rule.condition, "eventSource")),
    gate: acceptsName ? undefined : gateOf(rule.condition, gates),
  };
}

function anyOf(tests: readonly StringTest[] | undefined): ((value: unknown) => boolean) | undefined {
  if (!tests) return undefined;
  const accepting = tests.map(compileValueTest);
  return (value) => accepting.some((accepts) => accepts(value));
}

/** Tests of which one must hold for a field wherever the condition does; undefined when the condition leaves it open. */
function requiredTests(condition: Condition, field: string): readonly StringTest[] | undefined {
  switch (condition.op) {
    case "field":
      return condition.field === field && condition.test.kind === "string" ? [condition.test] : undefined;
    case "and": {
      const demands = condition.of
        .map((part) => requiredTests(part, field))
        .filter((tests) => tests !== undefined);
      return demands.sort((a, b) => a.length - b.length)[0];
    }
    case "or": {
      const demands = condition.of.map((part) => requiredTests(part, field));
      return demands.every((tests) => tests !== undefined) ? demands.flat() : undefined;
    }
    case "not":
    case "keyword":
      return undefined;
  }
}

function gateOf(condition: Condition, gates: Map<string, Predicate>): Predicate | undefined {
  const leading = requiredFields(condition).sort((a, b) => rank(a) - rank(b))[0];
  if (!leading) return undefined;
  const key = JSON.stringify(leading);
  const gate = gates.get(key) ?? compileCondition(leading, computedField);
  gates.set(key, gate);
  return gate;
}

/** Field tests that must hold wherever the condition does. */
function requiredFields(condition: Condition): FieldCondition[] {
  if (condition.op === "field") return [condition];
  return condition.op === "and" ? condition.of.flatMap(requiredFields) : [];
}

/** Tests of a value first, computed fields last. */
function rank({ field, test }: FieldCondition): number {
  if (computedField(field)) return 2;
  return test.kind === "string" ? 0 : 1;
}
