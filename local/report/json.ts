import { CIS_CONTROLS } from "../../detections/cis-controls";
import type { AlarmOutcome } from "../replay/alarms";
import { resultsOf } from "../respond/answers";
import type { RunResult } from "./result";

/** The object that `npm start -- --json` prints. Version 1; later keys are additive. */
export function jsonReport(result: RunResult): Record<string, unknown> {
  const { alarms = [], built, delivered, preview } = result;
  const created = built ? [...built.createdByType.values()].reduce((sum, count) => sum + count, 0) : 0;
  return {
    schemaVersion: 1,
    ok: result.ok,
    stack: result.stack,
    steps: result.steps,
    resources: { created, stateOnly: result.stateOnly },
    preview: { policies: preview?.policyReports ?? [], warnings: preview?.warnings ?? [] },
    policies: built?.policyReports ?? [],
    events: delivered?.events ?? 0,
    files: delivered?.files ?? 0,
    digests: delivered?.digests ?? 0,
    oversized: delivered?.oversized ?? 0,
    malformed: result.malformed,
    filters: Object.fromEntries(
      CIS_CONTROLS.flatMap(({ id, pattern }) => {
        const alarm = alarms.find(({ filter }) => filter.pattern === pattern);
        return alarm ? [[id, alarm.filter.matches]] : [];
      }),
    ),
    detections: detectionsJson(result),
    alarms: alarms.map((alarm) => ({
      name: alarm.name,
      control: controlOf(alarm)?.id ?? null,
      state: alarm.state,
      matches: alarm.filter.matches,
    })),
    engine: result.engine ?? null,
    testAlert: result.testAlert
      ? { delivered: true, subject: result.testAlert.subject }
      : { delivered: false },
    inbox: result.notifications?.length ?? 0,
    ...(result.responses && { responses: resultsOf(result.responses.answers) }),
    failures: result.failures,
  };
}

function detectionsJson({ detections }: RunResult) {
  if (!detections) return null;
  const notified = new Set(detections.notified.map(({ id }) => id));
  return {
    rules: detections.rules,
    fastPath: detections.fastPath,
    alerts: detections.alerts.map(({ alert, copies }) => ({
      id: alert.id,
      rule: alert.rule.id,
      title: alert.rule.title,
      level: alert.level,
      summary: alert.summary,
      actor: alert.who.actor,
      time: alert.when.firstEventTime,
      account: alert.where.accountId,
      region: alert.where.region,
      eventIDs: alert.evidence.eventIDs,
      published: copies,
      notified: notified.has(alert.id),
    })),
  };
}

/** The CIS control that an alarm belongs to; none for the user's own alarms. */
export function controlOf(alarm: AlarmOutcome) {
  return CIS_CONTROLS.find(({ pattern }) => pattern === alarm.filter.pattern);
}
