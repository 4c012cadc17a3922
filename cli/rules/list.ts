import { fastPathRules } from "../../detections/placement";
import { RuleSet } from "../../detections/rule-set";
import type { Rule } from "../../detections/sigma/model";
import { byMatrixOrder, tacticsOf, techniquesOf } from "../attack";
import { columns, counted, heading } from "../report/plain-text";

/** One line of the catalogue. */
interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  /** How the calls that count have ended; null where the rule leaves it open. */
  readonly outcome: string | null;
  /** Paths that evaluate it. */
  readonly placement: "fast and complete" | "complete";
  readonly kind: string;
  /** False for rules that only feed correlations. */
  readonly alerts: boolean;
  readonly file: string;
  readonly line: number;
}

/** The catalogue of rules: a table by tactic, or JSON. */
export function listRules(rules: readonly Rule[], asJson: boolean): string {
  const ruleSet = new RuleSet(rules);
  const fast = new Set<string>(fastPathRules(ruleSet).map(({ id }) => id));
  const entries = rules.map((rule): CatalogueEntry => ({
    id: rule.id,
    title: rule.title,
    level: rule.level,
    tactics: tacticsOf(rule.tags),
    techniques: techniquesOf(rule.tags),
    outcome: rule.custom?.outcome ?? null,
    placement: fast.has(rule.id) ? "fast and complete" : "complete",
    kind: rule.kind === "event" ? "event" : rule.correlation.type,
    alerts: ruleSet.alertsItself(rule),
    file: rule.source.file,
    line: rule.source.line,
  }));
  if (asJson) return JSON.stringify({ schemaVersion: 1, rules: entries }, undefined, 2);

  const tactics = [...new Set(entries.map(mainTactic))].sort(byMatrixOrder);
  const sections = tactics.map((tactic) => {
    const rows = entries
      .filter((entry) => mainTactic(entry) === tactic)
      .map(({ level, kind, placement, alerts, title }) => [
        alerts ? level : "(base)",
        kind,
        placement === "complete" ? "" : "fast",
        title,
      ]);
    return `${heading(`${tactic}, ${counted(rows.length, "rule")}`)}\n${columns(rows)}`;
  });
  const alerting = entries.filter(({ alerts }) => alerts).length;
  return [
    ...sections,
    `${counted(entries.length, "rule")}: ${alerting} alert, ${entries.length - alerting} feed correlations; ${fast.size} also run on the fast path`,
  ].join("\n\n");
}

function mainTactic({ tactics }: CatalogueEntry): string {
  return tactics[0] ?? "Without a tactic";
}
