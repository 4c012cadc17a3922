/**
 * The keys of the objects that CloudTrail writes to a trail's bucket.
 *
 * Sources: CloudTrail User Guide, "Getting and viewing your CloudTrail log files" (folders), "CloudTrail log file
 * examples" (log file names), "CloudTrail digest file structure" (digest names).
 */

/** What CloudTrail keeps in one of its folders. */
export type ObjectKind = "log" | "digest" | "insight" | "network-activity" | "aggregated";

interface KeyBase {
  /** 12 digits. */
  readonly accountId: string;
  /** Region whose events the file holds. */
  readonly region: string;
  /** Organization id (`o-...`) of an organization trail. */
  readonly organizationId?: string;
  /** The trail's S3 key prefix, without the slash before `AWSLogs`. */
  readonly prefix?: string;
}

/** Parts of a log file's key. */
export interface LogFileKey extends KeyBase {
  readonly kind: Exclude<ObjectKind, "digest">;
  /** When the file was delivered, to the minute, UTC. */
  readonly time: Date;
  /** Letters and digits (16 of them, from CloudTrail) that keep file names apart; without meaning. */
  readonly id: string;
}

/** Parts of a digest file's key. */
export interface DigestKey extends KeyBase {
  readonly kind: "digest";
  readonly trailName: string;
  /** Region the trail was created in. */
  readonly trailRegion: string;
  /** End of the hour the digest covers, to the second, UTC. */
  readonly time: Date;
  /** Digest of log files that came too late for the hour's own digest. */
  readonly backfill: boolean;
}

/** Parts of any key that CloudTrail writes. */
export type ObjectKey = LogFileKey | DigestKey;

const FOLDERS: Readonly<Record<ObjectKind, string>> = {
  log: "CloudTrail",
  digest: "CloudTrail-Digest",
  insight: "CloudTrail-Insight",
  "network-activity": "CloudTrail-NetworkActivity",
  aggregated: "CloudTrail-Aggregated",
};

const KINDS: ReadonlyMap<string, ObjectKind> = new Map(
  (Object.keys(FOLDERS) as ObjectKind[]).map((kind) => [FOLDERS[kind], kind]),
);

/**
 * Key of a log file. Seconds of `time` are dropped.
 *
 * @param parts `kind` is `log` by default
 * @throws RangeError when a part has another form than CloudTrail's
 */
export function formatLogFileKey(
  parts: Omit<LogFileKey, "kind"> & { readonly kind?: LogFileKey["kind"] },
): string {
  const folder = FOLDERS[parts.kind ?? "log"];
  const time = `${compactTime(parts.time).slice(0, -"00Z".length)}Z`;
  const name = `${parts.accountId}_${folder}_${parts.region}_${time}_${parts.id}.json.gz`;
  return checked(`${directory(parts, folder, parts.time)}/${name}`);
}

/**
 * Key of a digest file. Milliseconds of `time` are dropped.
 *
 * @param parts `backfill` is false by default
 * @throws RangeError when a part has another form than CloudTrail's
 */
export function formatDigestKey(
  parts: Omit<DigestKey, "kind" | "backfill"> & { readonly backfill?: boolean },
): string {
  const folder = FOLDERS.digest;
  const trail = `${parts.region}_${parts.trailName}_${parts.trailRegion}`;
  const suffix = parts.backfill ? "_backfill" : "";
  const name = `${parts.accountId}_${folder}_${trail}_${compactTime(parts.time)}${suffix}.json.gz`;
  return checked(`${directory(parts, folder, parts.time)}/${name}`);
}

function directory(parts: KeyBase, folder: string, time: Date): string {
  const date = compactTime(time);
  return [
    ...(parts.prefix === undefined ? [] : [parts.prefix]),
    "AWSLogs",
    ...(parts.organizationId === undefined ? [] : [parts.organizationId]),
    parts.accountId,
    folder,
    parts.region,
    date.slice(0, 4),
    date.slice(4, 6),
    date.slice(6, 8),
  ].join("/");
}

/** `20150817T150131Z` */
function compactTime(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, "");
}

function checked(key: string): string {
  if (parseObjectKey(key)) return key;
  throw new RangeError(
    `not an object key that CloudTrail would write: ${key} (account id: 12 digits; organization id: o-...; ` +
      `region: as in eu-west-1; id: letters and digits; trail name: 3 to 128 letters, digits, . _ -)`,
  );
}

const REGION = "[a-z]+(?:-[a-z]+)+-\\d+";

/** Whether a text has the form of a Region's name, as keys hold it. */
export function isRegionName(text: string): boolean {
  return new RegExp(`^${REGION}$`).test(text);
}

const KEY = new RegExp(
  "^(?:(?<prefix>.+)/)?AWSLogs/(?:(?<organizationId>o-[a-z0-9]{10,32})/)?(?<accountId>\\d{12})/" +
    `(?<folder>CloudTrail(?:-[A-Za-z]+)?)/(?<region>${REGION})/\\d{4}/\\d{2}/\\d{2}/(?<file>[^/]+)\\.json\\.gz$`,
);
// AWS also prints a log file name without the underscore between time and id.
const LOG_FILE = /^(?<time>\d{8}T\d{4}Z)_?(?<id>[A-Za-z0-9]+)$/;
const DIGEST_FILE = new RegExp(
  `^(?<trailName>[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9])_(?<trailRegion>${REGION})_` +
    "(?<time>\\d{8}T\\d{6}Z)(?<backfill>_backfill)?$",
);

/** Takes a key apart; `undefined` for any object that CloudTrail did not write. The inverse of the format functions. */
export function parseObjectKey(key: string): ObjectKey | undefined {
  const parts = KEY.exec(key)?.groups;
  const kind = KINDS.get(parts?.folder ?? "");
  if (!parts || !kind) return undefined;
  const { accountId = "", region = "", file = "", organizationId, prefix } = parts;
  const base: KeyBase = {
    accountId,
    region,
    ...(organizationId === undefined ? {} : { organizationId }),
    ...(prefix === undefined ? {} : { prefix }),
  };
  const start = `${accountId}_${FOLDERS[kind]}_${region}_`;
  if (!file.startsWith(start)) return undefined;
  const rest = file.slice(start.length);
  return kind === "digest" ? parseDigestFile(base, rest) : parseLogFile(base, kind, rest);
}

function parseLogFile(base: KeyBase, kind: LogFileKey["kind"], file: string): LogFileKey | undefined {
  const { time: text = "", id = "" } = LOG_FILE.exec(file)?.groups ?? {};
  const time = parseCompactTime(text.replace("Z", "00Z"));
  return time && { ...base, kind, time, id };
}

function parseDigestFile(base: KeyBase, file: string): DigestKey | undefined {
  const {
    trailName = "",
    trailRegion = "",
    time: text = "",
    backfill,
  } = DIGEST_FILE.exec(file)?.groups ?? {};
  const time = parseCompactTime(text);
  return time && { ...base, kind: "digest", trailName, trailRegion, time, backfill: backfill !== undefined };
}

/** Undefined for text that is no time, such as the 31st of June. */
function parseCompactTime(text: string): Date | undefined {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z");
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) || compactTime(time) !== text ? undefined : time;
}
