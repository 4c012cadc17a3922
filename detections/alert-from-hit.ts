import { parseArn } from "../formats/arn";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { actorName, sessionIssuerOf } from "./actor";
import type { Alert } from "./alert";
import { ALERT_SCHEMA_VERSION, alertId } from "./alert-identity";
import { type ArchiveTable, eventConsoleUrl, evidenceQuery } from "./evidence-links";
import { fieldTexts } from "./field-texts";
import type { Hit } from "./hit";
import { alertGroupOf } from "./quiet-period";
import { isSecretField } from "./secrets";
import { responsesOf } from "./responses-of";
import { sentence, shown } from "./sentence";
import type { Rule } from "./sigma/model";

/** An event that an alert rests on. */
export interface Evidence {
  readonly eventID: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** What the correlation counts; see `Entry` of correlation-window.ts. */
  readonly values?: readonly string[];
}

/** What an alert is made of. */
export interface AlertInput {
  /** The rule that alerts: the event rule, or the correlation. Its {@link Hit.event} is what the alert speaks of. */
  readonly hit: Hit;
  /** All events that it rests on. @default the hit's alone */
  readonly evidence?: readonly Evidence[];
  /** Group of the correlation, where the rule is one. */
  readonly correlationGroup?: string;
  readonly now: Date;
  /** The Athena table of the archive; without it, the alert has no query. */
  readonly archive?: ArchiveTable;
  /** Where the pages of `docs/runbooks` are, with the slash at the end; without it, the alert has no link to one. */
  readonly runbooksUrl?: string;
  /** Id of the alert that this is a repeat of. @default none: an alert of its own */
  readonly repeatOf?: string;
}

/** Bounds of what one alert holds, so that it fits into an event of any bus (256 KB). */
const MAX_EVENT_IDS = 1_000;
const MAX_TARGETS = 50;
const MAX_TEXT = 1_000;

const DEFAULT_FIRST_STEP =
  "Find out whether the actor meant to do this: look at the event and at what the actor did before and after it.";

/**
 * The alert of a hit, by the contract of alert.ts, also where the event lacks what others have. Values come from named
 * fields only, never from fields that may hold secrets, and what looks like a secret in them is hidden.
 */
export function alertFromHit(input: AlertInput): Alert {
  const { hit, now } = input;
  const { rule, event } = hit;
  const evidence = evidenceOf(input);
  const times = evidence.map(({ timeMs }) => timeMs);
  // Not as arguments: an alert may rest on more events than a call takes.
  const first = times.reduce((earliest, time) => Math.min(earliest, time), Infinity);
  const last = times.reduce((latest, time) => Math.max(latest, time), -Infinity);
  const targets = targetsOf(rule, event, evidence);
  const facts = { event, targets, count: evidence.length };
  const runbook = rule.custom?.runbook;
  const responses = responsesOf(hit);
  return {
    schemaVersion: ALERT_SCHEMA_VERSION,
    id: alertIdOf(hit, input.correlationGroup),
    level: rule.level,
    summary: sentence(rule.custom?.summary ?? defaultSummary(rule), facts),
    firstStep: sentence(rule.custom?.firstStep ?? DEFAULT_FIRST_STEP, facts),
    ...(runbook === undefined || input.runbooksUrl === undefined
      ? {}
      : { runbookUrl: `${input.runbooksUrl}${runbook}.md` }),
    rule: {
      id: ruleIdOf(rule),
      title: rule.title,
      ...(rule.tags.length > 0 ? { tags: [...rule.tags] } : {}),
      ...(rule.falsePositives.length > 0 ? { falsePositives: [...rule.falsePositives] } : {}),
    },
    who: whoOf(event),
    what: { ...whatOf(event), ...(targets.length > 0 ? { targets } : {}) },
    where: {
      accountId: accountOf(event),
      region: regionOf(event),
      ...text("sourceIpAddress", event.sourceIPAddress),
      ...text("userAgent", event.userAgent),
    },
    when: {
      firstEventTime: isoTime(first),
      lastEventTime: isoTime(last),
      detectedTime: isoTime(now.getTime()),
    },
    evidence: {
      eventCount: evidence.length,
      eventIDs: evidence.slice(-MAX_EVENT_IDS).map(({ eventID }) => eventID),
      ...text("query", evidenceQuery(event, evidence, input.archive), Infinity),
      ...text("consoleUrl", eventConsoleUrl(event), Infinity),
    },
    ...(responses.length > 0 ? { responses } : {}),
    ...(input.repeatOf === undefined ? {} : { repeatOf: input.repeatOf }),
    ...(evidence.length > MAX_EVENT_IDS ? { trimmed: true } : {}),
  };
}

/**
 * Id of the alert that a hit raises when it becomes an anchor (see quiet-period.ts): the same whenever it does. Several
 * groups of a correlation may alert on the same event, so theirs has the group in it.
 *
 * @param correlationGroup group of the correlation, where the rule is one
 */
export function alertIdOf(hit: Pick<Hit, "rule" | "eventID" | "event">, correlationGroup?: string): string {
  const { rule, eventID } = hit;
  if (rule.kind === "event") return alertId(rule.id, [eventID]);
  return alertId(rule.id, [eventID, alertGroupOf(rule, hit, correlationGroup)]);
}

function evidenceOf({ hit, evidence }: AlertInput): readonly Evidence[] {
  const distinct = new Map((evidence ?? [hit]).map((event) => [event.eventID, event]));
  if (distinct.size === 0) distinct.set(hit.eventID, hit);
  return [...distinct.values()].sort((a, b) => a.timeMs - b.timeMs || (a.eventID < b.eventID ? -1 : 1));
}

function defaultSummary(rule: Rule): string {
  const title = rule.title.replace(/[{}]/g, "");
  return rule.kind === "event"
    ? `${title}: {actor} called {eventName} in account {account}, {region}`
    : `${title}: {actor}, {count} events in account {account}`;
}

/** The contract's characters; Sigma rules without an id go by a name or a file's. */
function ruleIdOf({ id }: Rule): string {
  return id.replace(/[^A-Za-z0-9._:/-]/g, "-").slice(-128) || "unnamed";
}

function whoOf(event: CloudTrailEvent): Alert["who"] {
  const identity = object(event.userIdentity);
  const session = object(identity.sessionContext);
  const mfa = mfaOf(event, session);
  return {
    actor: shown(actorName(event)) || "unknown caller",
    ...text("type", identity.type),
    ...text("arn", identity.arn),
    ...text("accountId", identity.accountId),
    ...text("sessionIssuerArn", event.userIdentity && sessionIssuerOf(identity)?.arn),
    ...text("accessKeyId", identity.accessKeyId),
    ...(mfa === undefined ? {} : { mfaAuthenticated: mfa }),
  };
}

/**
 * Of the session, or of the sign-in itself (CloudTrail User Guide, "AWS Management Console sign-in events"), which says
 * "No" for everybody who signs in at another identity provider.
 */
function mfaOf(event: CloudTrailEvent, session: Fields): boolean | undefined {
  const type = event.userIdentity?.type;
  const ofSignIn =
    type === "IAMUser" || type === "Root" ? object(event.additionalEventData).MFAUsed : undefined;
  const recorded = object(session.attributes).mfaAuthenticated ?? ofSignIn;
  if (typeof recorded === "boolean") return recorded;
  if (typeof recorded !== "string" || recorded === "") return undefined;
  return /^(true|yes)$/i.test(recorded);
}

function whatOf(event: CloudTrailEvent): Omit<Alert["what"], "targets"> {
  const signIn = object(event.responseElements).ConsoleLogin;
  const failed = isSet(event.errorCode) || isSet(event.errorMessage) || signIn === "Failure";
  return {
    eventSource: (typeof event.eventSource === "string" && shown(event.eventSource)) || "unknown",
    eventName: shown(event.eventName) || "unknown",
    outcome: failed ? "failure" : "success",
    ...text("errorCode", event.errorCode),
    ...text("errorMessage", event.errorMessage),
  };
}

/** Custom fields first, because somebody chose them. What a correlation counts is only known from its entries. */
function targetsOf(rule: Rule, event: CloudTrailEvent, evidence: readonly Evidence[]): string[] {
  const counted = rule.kind === "correlation" ? rule.correlation.field : undefined;
  const fields = (rule.custom?.targets ?? []).filter((field) => !isSecretField(field));
  const texts = fields.flatMap((field) =>
    field === counted ? evidence.flatMap(({ values = [] }) => values) : fieldTexts(event, field),
  );
  const resources = Array.isArray(event.resources) ? (event.resources as unknown[]) : [];
  for (const resource of resources) {
    const { ARN, arn = ARN } = object(resource);
    if (typeof arn === "string") texts.push(arn);
  }
  return [...new Set(texts.map((target) => shown(target, MAX_TEXT)))].filter(Boolean).slice(0, MAX_TARGETS);
}

const ACCOUNT_ID = /^\d{12}$/;

/** The contract wants an account; a record that names none gets one that cannot exist. */
function accountOf(event: CloudTrailEvent): string {
  const identity = object(event.userIdentity);
  const arn = typeof identity.arn === "string" ? parseArn(identity.arn) : undefined;
  const candidates = [event.recipientAccountId, identity.accountId, arn?.accountId];
  return (
    candidates.find((id): id is string => typeof id === "string" && ACCOUNT_ID.test(id)) ?? "000000000000"
  );
}

function regionOf({ awsRegion }: CloudTrailEvent): string {
  return typeof awsRegion === "string" && /^[a-z0-9-]{1,32}$/.test(awsRegion) ? awsRegion : "unknown";
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(".000Z", "Z");
}

type Fields = Readonly<Record<string, unknown>>;

/** Records are typed, not validated: an object may be null, text or missing. */
function object(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

/** A key with its text, fit to be shown; nothing where there is no text. */
function text<K extends string>(
  key: K,
  value: unknown,
  maxLength = MAX_TEXT,
): { readonly [k in K]?: string } {
  if (typeof value !== "string" || value === "") return {};
  const line = maxLength === Infinity ? value : shown(value, maxLength);
  return (line === "" ? {} : { [key]: line }) as { readonly [k in K]?: string };
}
