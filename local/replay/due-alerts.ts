import type { Alert } from "../../detections/alert";
import { RuleSet } from "../../detections/rule-set";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { Detector } from "../../functions/detect/detector";
import { MemoryStore } from "../../functions/detect/memory-store";
import type { DeployedRules } from "../../functions/detect/rules";

/** Nobody else decides on the events of a trial, so a decision's lease never ends. */
const LEASE_END_MS = Number.MAX_SAFE_INTEGER;

/**
 * The alerts that are due for what is delivered: the detector's own decisions on the same events with the same rules,
 * in this process and in memory, so that queues, function, table and bus are what a comparison tells about.
 */
export class DueAlerts {
  readonly alerts: Alert[] = [];
  private readonly detector: Detector;

  constructor({ rules, suppressions }: DeployedRules) {
    const silent = () => undefined;
    this.detector = new Detector({
      ruleSet: new RuleSet(rules),
      suppressions,
      store: new MemoryStore(),
      publish: (alert) => {
        this.alerts.push(alert);
        return Promise.resolve();
      },
      metrics: { count: silent },
      logger: { info: silent, warn: silent, error: silent },
      clock: Date.now,
      pause: () => Promise.resolve(),
    });
  }

  async add(events: readonly CloudTrailEvent[]): Promise<void> {
    for (const event of events)
      for (const hit of this.detector.hits(event)) await this.detector.decide(hit, LEASE_END_MS);
  }
}

/**
 * What is wrong with the alerts that were published; nothing when it is empty. How many alerts a rule makes of a
 * recording longer than its quiet period depends on the order in which the two paths bring the events, so what has to
 * agree is which rules alerted.
 */
export function wrongAlerts(due: readonly Alert[], published: readonly PublishedAlert[]): string[] {
  const titles = new Map(
    [...due, ...published.map(({ alert }) => alert)].map(({ rule }) => [rule.id, rule.title]),
  );
  const dueRules = new Set(due.map(({ rule }) => rule.id));
  const publishedRules = new Set(published.map(({ alert }) => alert.rule.id));
  const named = (id: string) => `"${titles.get(id) ?? ""}" (${id})`;
  return [
    ...[...dueRules]
      .filter((id) => !publishedRules.has(id))
      .map((id) => `rule ${named(id)} should have alerted, and did not`),
    ...[...publishedRules]
      .filter((id) => !dueRules.has(id))
      .map((id) => `rule ${named(id)} should not have alerted, and did`),
    ...published
      .filter(({ copies }) => copies > 1)
      .map(
        ({ alert, copies }) =>
          `alert ${alert.id} of rule ${named(alert.rule.id)} was published ${copies} times`,
      ),
  ];
}

/** An alert as it was seen on the alert bus. */
export interface PublishedAlert {
  readonly alert: Alert;
  /** How often it was seen; more than once only after a crash. */
  readonly copies: number;
}
