import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { hasRecordedId } from "./hit";
import { maskSecrets } from "./secrets";

/** The Athena table over the archive's log files, with the columns of AWS's own CloudTrail table. */
export interface ArchiveTable {
  /** Name, with the database in front where that is not the workgroup's own: `trail.cloudtrail_logs`. */
  readonly table: string;
  /** Partition column with the day as `yyyy/MM/dd`, which keeps the query from reading the whole archive. */
  readonly dayColumn?: string;
}

interface EvidenceEvent {
  readonly eventID: string;
  readonly timeMs: number;
}

/** How far the query looks around the events. */
const SURROUNDINGS_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** A statement may have 256 KB (Athena User Guide, "Service Quotas"); this stays readable. */
const MAX_QUERIED_IDS = 100;

/**
 * Athena SQL that shows the events of an alert, and what the same access key or principal did shortly before and
 * after. Undefined without a table.
 *
 * @param evidence by time, at least one
 */
export function evidenceQuery(
  event: CloudTrailEvent,
  evidence: readonly EvidenceEvent[],
  archive: ArchiveTable | undefined,
): string | undefined {
  const [first, last] = [evidence[0], evidence.at(-1)];
  if (!archive || !first || !last) return undefined;
  const from = first.timeMs - SURROUNDINGS_MS;
  const to = last.timeMs + SURROUNDINGS_MS;
  const ids = evidence.slice(-MAX_QUERIED_IDS).map(({ eventID }) => quoted(eventID));
  const { accessKeyId, arn } = event.userIdentity ?? {};
  const around =
    typeof accessKeyId === "string" && accessKeyId !== ""
      ? `useridentity.accesskeyid = ${quoted(accessKeyId)}`
      : typeof arn === "string" && arn !== "" && maskSecrets(arn) === arn
        ? `useridentity.arn = ${quoted(arn)}`
        : undefined;
  // Files are delivered, and so partitioned, up to some hours after the events.
  const day = archive.dayColumn;
  return [
    "SELECT eventtime, eventname, eventsource, awsregion, recipientaccountid, useridentity.arn, sourceipaddress,",
    "       useragent, errorcode, requestparameters, eventid",
    `FROM ${archive.table}`,
    `WHERE eventtime BETWEEN ${quoted(time(from))} AND ${quoted(time(to))}`,
    ...(day === undefined
      ? []
      : [`  AND ${day} BETWEEN ${quoted(dayOf(from))} AND ${quoted(dayOf(to + DAY_MS))}`]),
    `  AND (eventid IN (${ids.join(", ")})${around === undefined ? "" : `\n       OR ${around}`})`,
    "ORDER BY eventtime",
  ].join("\n");
}

/**
 * The event in the console's event history, which has management events of 90 days and finds them by id. Undefined for
 * events that it does not have, and for those whose Region is not known.
 */
export function eventConsoleUrl(event: CloudTrailEvent): string | undefined {
  const { awsRegion: region, eventCategory } = event;
  if (!hasRecordedId(event) || typeof region !== "string" || !/^[a-z]+(-[a-z]+)+-\d+$/.test(region))
    return undefined;
  if (event.managementEvent === false || (eventCategory !== undefined && eventCategory !== "Management"))
    return undefined;
  return `https://${consoleHost(region)}/cloudtrailv2/home?region=${region}#/events?EventId=${event.eventID}`;
}

/** Each partition has a console of its own (AWS General Reference; AWS GovCloud and AWS China user guides). */
function consoleHost(region: string): string {
  if (region.startsWith("cn-")) return `${region}.console.amazonaws.cn`;
  if (region.startsWith("us-gov-")) return `${region}.console.amazonaws-us-gov.com`;
  return `${region}.console.aws.amazon.com`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** As the records have it, so that texts compare as times do. */
function time(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function dayOf(timeMs: number): string {
  return time(timeMs).slice(0, "2026-01-31".length).replaceAll("-", "/");
}
