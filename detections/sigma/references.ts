import { suggestName } from "../../formats/suggest-name";
import type { Correlation, CorrelationRule, EventRule, RuleHead } from "./model";
import type { ProblemLog } from "./problem";
import type { MapReader } from "./yaml-node";

/** A rule document after reading: broken ones stay, so that whoever refers to them is told so. */
export interface ReadRule {
  readonly head: RuleHead;
  readonly hasLevel: boolean;
  /** Undefined when broken. */
  readonly rule: EventRule | CorrelationRule | undefined;
  readonly document: MapReader;
  readonly log: ProblemLog;
}

/**
 * Resolves references between rules to ids. Left out, with the reason: second bearers of an id or name, references
 * that lead nowhere or to a broken rule, and correlations that rest on themselves.
 */
export function resolveReferences(read: readonly ReadRule[]): (EventRule | CorrelationRule)[] {
  const bearers = findBearers(read);
  const resolved = new Map<ReadRule, EventRule | CorrelationRule>();
  for (const one of read) {
    if (!one.rule || one.log.failed) continue;
    const rule = one.rule.kind === "event" ? one.rule : resolveRules(one, one.rule, bearers);
    if (rule) resolved.set(one, rule);
  }
  refuseCircles(resolved);
  refuseBrokenGround(resolved, bearers);
  const rules = [...resolved.values()];
  warnOfMissingLevels(resolved, rules);
  return rules;
}

type Bearers = ReadonlyMap<string, ReadRule>;

/** Ids and names share one space, because references do not say which they are. */
function findBearers(read: readonly ReadRule[]): Bearers {
  const bearers = new Map<string, ReadRule>();
  for (const one of read) {
    const { id, name } = one.head;
    for (const [key, value] of [["id", id] as const, ["name", name] as const]) {
      if (value === undefined || (key === "name" && value === id)) continue;
      const first = bearers.get(value);
      if (!first) bearers.set(value, one);
      else
        one.document.error(key, `${value} is taken by the rule in ${placeOf(first)}; give each rule its own`);
    }
  }
  return bearers;
}

function resolveRules(one: ReadRule, rule: CorrelationRule, bearers: Bearers): CorrelationRule | undefined {
  const { correlation } = rule;
  const idOf = (reference: string): string => {
    const found = bearers.get(reference);
    if (!found) report(one, unknownRule(reference, [...bearers.keys()]));
    return found?.head.id ?? reference;
  };
  const rules = correlation.rules.map(idOf);
  if (new Set(rules).size < rules.length) report(one, "names the same rule by id and by name; name it once");
  const aliases = one.log.failed ? {} : resolveAliases(one, correlation, rules, bearers);
  return one.log.failed ? undefined : { ...rule, correlation: { ...correlation, rules, aliases } };
}

function resolveAliases(
  one: ReadRule,
  { aliases, groupBy, field }: Correlation,
  rules: readonly string[],
  bearers: Bearers,
): Correlation["aliases"] {
  const aliasError = (alias: string, message: string) =>
    one.document.mapAt("correlation")?.mapAt("aliases")?.error(alias, message);
  return Object.fromEntries(
    Object.entries(aliases).map(([alias, fields]) => {
      const resolved = Object.entries(fields).map(([reference, source]): [string, string] => {
        const id = bearers.get(reference)?.head.id;
        if (id === undefined || !rules.includes(id))
          aliasError(alias, `names ${reference}, which is not among the correlation's rules`);
        return [id ?? reference, source];
      });
      const covered = resolved.map(([id]) => id);
      const missing = rules.filter((id) => !covered.includes(id));
      if (missing.length > 0 && (groupBy.includes(alias) || field === alias))
        aliasError(alias, `says nothing for ${missing.join(", ")}; name a field for every rule`);
      return [alias, Object.fromEntries(resolved)];
    }),
  );
}

function unknownRule(reference: string, known: readonly string[]): string {
  const meant = suggestName(reference, known);
  return `refers to ${reference}, but no rule has that id or name${meant === undefined ? "; rules must be loaded together" : `; did you mean ${meant}?`}`;
}

/** Reports every correlation that leads back to itself, with the way round. */
function refuseCircles(resolved: Map<ReadRule, EventRule | CorrelationRule>): void {
  const byId = new Map([...resolved].map(([one, rule]) => [rule.id, { one, rule }]));
  const done = new Set<string>();
  const circles = new Map<string, readonly string[]>();
  const visit = (id: string, way: readonly string[]): void => {
    const start = way.indexOf(id);
    if (start >= 0) {
      const circle = way.slice(start);
      for (const member of circle) circles.set(member, circle);
      return;
    }
    if (done.has(id)) return;
    const rule = byId.get(id)?.rule;
    if (rule?.kind === "correlation") for (const next of rule.correlation.rules) visit(next, [...way, id]);
    done.add(id);
  };
  for (const id of byId.keys()) visit(id, []);
  for (const [id, circle] of circles) {
    const found = byId.get(id);
    if (!found) continue;
    const way = [...circle, circle[0] ?? id]
      .map((member) => nameOf(byId.get(member)?.rule, member))
      .join(" -> ");
    report(found.one, `rests on itself: ${way}; take one of the references away`);
    resolved.delete(found.one);
  }
}

function nameOf(rule: EventRule | CorrelationRule | undefined, id: string): string {
  return rule?.name ?? id;
}

/** A correlation whose ground is left out is left out as well, and so on upwards. */
function refuseBrokenGround(resolved: Map<ReadRule, EventRule | CorrelationRule>, bearers: Bearers): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const [one, rule] of [...resolved]) {
      if (rule.kind !== "correlation") continue;
      const broken = rule.correlation.rules.find((id) => {
        const ground = bearers.get(id);
        return !ground || !resolved.has(ground);
      });
      if (broken === undefined) continue;
      report(one, `rests on ${broken}, which is left out because of its own errors; mend that rule`);
      resolved.delete(one);
      changed = true;
    }
  }
}

/** By the specification, rules that only feed correlations need no level. */
function warnOfMissingLevels(
  resolved: ReadonlyMap<ReadRule, EventRule | CorrelationRule>,
  rules: readonly (EventRule | CorrelationRule)[],
): void {
  const correlations = rules
    .filter((rule) => rule.kind === "correlation")
    .map(({ correlation }) => correlation);
  const generating = new Set(correlations.filter(({ generate }) => generate).flatMap((one) => one.rules));
  const feeding = new Set(correlations.flatMap((correlation) => correlation.rules));
  for (const [one, { id }] of resolved)
    if (!one.hasLevel && (!feeding.has(id) || generating.has(id)))
      one.document.warn("level", "is missing; medium is assumed, write the level that a match deserves");
}

function placeOf({ head }: ReadRule): string {
  return `${head.source.file}, line ${head.source.line}`;
}

function report(one: ReadRule, message: string): void {
  one.document.mapAt("correlation")?.error("rules", message);
}
