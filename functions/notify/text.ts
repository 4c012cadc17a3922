import type { Alert } from "../../detections/alert";
import { asciiLine, indented, oneLine } from "./clean";

/**
 * Longest subject. The SNS API Reference (Publish) asks for "less than 100 characters", its older pages for ASCII
 * without line breaks that begins with a letter, a number or punctuation; this satisfies both.
 */
const SUBJECT_MAX_LENGTH = 99;

/** One SMS holds 140 octets (SNS Developer Guide, "Mobile text messaging"); more would be billed as several. */
export const SMS_MAX_LENGTH = 140;

/** A mail that lists more events than this is not read; the JSON and the query have them all. */
const LISTED_EVENTS = 20;

/** Subject of the mail: level, what, where. */
export function subjectOf({ level, rule, where }: Alert): string {
  return subject(level, asciiLine(rule.title, SUBJECT_MAX_LENGTH) ? rule.title : rule.id, where);
}

/** A subject; the place is kept whole, the title gives way. */
export function subject(
  level: string,
  title: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): string {
  const before = `[${level.toUpperCase()}] `;
  const after = ` (${accountId} ${region})`;
  return `${before}${asciiLine(title, SUBJECT_MAX_LENGTH - before.length - after.length)}${after}`;
}

/** The alert as one short message. */
export function smsOf(alert: Alert): string {
  const { rule, where, who, level } = alert;
  return asciiLine(
    `${level.toUpperCase()} ${rule.title} (${where.accountId} ${where.region}) by ${who.actor}`,
    SMS_MAX_LENGTH,
  );
}

/** The alert as a mail: the sentence first, then who, what, where, when, then what to do. */
export function textOf(alert: Alert): string {
  const { rule, evidence } = alert;
  const parts = [
    `${alert.level.toUpperCase()}: ${oneLine(rule.title)}`,
    oneLine(alert.summary),
    [
      `Who    ${who(alert)}`,
      `What   ${what(alert)}`,
      ...(alert.what.targets ?? []).map((target) => `       on ${oneLine(target)}`),
      `Where  ${where(alert)}`,
      `When   ${when(alert)}`,
    ].join("\n"),
    `First step\n${indented(alert.firstStep)}`,
    alert.runbookUrl && `Runbook\n${indented(alert.runbookUrl)}`,
    `Evidence\n${indented(events(alert))}`,
    evidence.consoleUrl && `Events in the console\n${indented(evidence.consoleUrl)}`,
    evidence.query && `Athena query\n${indented(evidence.query)}`,
    rule.falsePositives?.length &&
      `Harmless if\n${rule.falsePositives.map((reason) => `  ${oneLine(reason)}`).join("\n")}`,
    alert.trimmed &&
      "Parts of this alert were too long for a notification; the alert bus's archive has the whole.",
    `Alert ${alert.id}, rule ${rule.id}`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function who({ who }: Alert): string {
  const mfa = who.mfaAuthenticated === undefined ? undefined : `MFA: ${who.mfaAuthenticated ? "yes" : "no"}`;
  const issuer = who.sessionIssuerArn === who.arn ? undefined : who.sessionIssuerArn;
  return line(
    who.actor,
    who.type,
    who.arn,
    issuer && `issued by ${issuer}`,
    who.accessKeyId && `access key ${who.accessKeyId}`,
    mfa,
  );
}

function what({ what }: Alert): string {
  const outcome = what.outcome === "success" ? "succeeded" : `failed with ${what.errorCode ?? "an error"}`;
  return line(`${what.eventSource} ${what.eventName}`, outcome, what.errorMessage);
}

function where({ where }: Alert): string {
  return line(
    `account ${where.accountId}`,
    where.region,
    where.sourceIpAddress && `from ${where.sourceIpAddress}`,
    where.userAgent && `with ${where.userAgent}`,
  );
}

function when({ when }: Alert): string {
  const span =
    when.firstEventTime === when.lastEventTime
      ? when.firstEventTime
      : `${when.firstEventTime} to ${when.lastEventTime}`;
  return line(span, `detected ${when.detectedTime}`);
}

function events({ evidence }: Alert): string {
  const listed = evidence.eventIDs.slice(0, LISTED_EVENTS).map(oneLine);
  const others = evidence.eventCount - listed.length;
  return [
    evidence.eventCount === 1 ? "1 event" : `${evidence.eventCount} events`,
    ...listed,
    ...(others > 0 ? [`and ${others} more`] : []),
  ].join("\n");
}

/** Parts of a line, those that are missing left out. */
export function line(...parts: readonly (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined && part !== "")
    .map((part) => oneLine(part ?? ""))
    .join(", ");
}
