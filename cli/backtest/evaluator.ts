import { createReadStream } from "node:fs";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { unpackLog } from "../../formats/cloudtrail/log-stream";
import { type LogRecord, type MalformedRecord, RecordMemory } from "../../formats/cloudtrail/record";
import type { WrittenIdentity } from "../../formats/cloudtrail/record-identity";
import { LogFileError, type RecordEntry, RecordReader } from "../../formats/cloudtrail/record-stream";
import { UUID_WORDS } from "../../formats/uuid";
import { eventIdOf } from "../../detections/hit";
import { suppressionFor } from "../../detections/suppressions";
import { EventIdSet } from "./event-id-set";
import { type FactFields, type FactTree, jsonOfParts } from "./fact-paths";
import { fileErrorReason } from "../../local/replay/log-source";
import { HitStore, NO_FACT } from "./hit-store";
import type { PreparedYardstick } from "./yardstick";

/** What was found in one file. */
export interface FileFindings {
  /** Sound records, repeated ones too. */
  readonly events: number;
  readonly malformed: readonly MalformedRecord[];
}

const READ_BYTES = 2 ** 18;
/** So many malformed records of one file are listed; a file with more is no log any more. */
const MAX_LISTED = 1_000;

/** Holds the events of log files against rules, one file after the other. */
export class Evaluator {
  /** Ids of all events so far. */
  readonly ids = new EventIdSet();
  /** All hits so far that can come to anything. */
  readonly hits = new HitStore();
  private readonly memory = new RecordMemory();
  private readonly identityFacts = new WeakMap<WrittenIdentity, Map<FactTree, number>>();
  private readonly words = new Uint32Array(UUID_WORDS);

  constructor(private readonly yardstick: PreparedYardstick) {}

  /**
   * Reads one file. What cannot be read is among the malformed, and what is sound before and behind it is evaluated.
   *
   * @param onBytes is told of each stretch that has been read from disk
   */
  async evaluate(path: string, onBytes: (count: number) => void): Promise<FileFindings> {
    const findings = { events: 0, malformed: [] as MalformedRecord[] };
    const list = (malformed: MalformedRecord): void => {
      if (findings.malformed.length < MAX_LISTED) findings.malformed.push(malformed);
      else unlisted++;
    };
    let unlisted = 0;
    const take = (entries: Iterable<RecordEntry>): void => {
      for (const entry of entries) {
        if ("reason" in entry) {
          list(entry);
        } else {
          findings.events++;
          this.look(entry);
        }
      }
    };
    const reader = new RecordReader(this.memory);
    const warn = (reason: string): void => list({ reason });
    try {
      const file = createReadStream(path, { highWaterMark: READ_BYTES });
      for await (const piece of unpackLog(counted(file, onBytes), path, warn)) take(reader.read(piece));
      take(reader.end());
    } catch (error) {
      if (error instanceof LogFileError) list({ reason: error.message });
      else if (isSystemError(error)) list({ reason: fileErrorReason(error) });
      else throw error;
    }
    if (unlisted > 0)
      findings.malformed.push({ reason: `${unlisted} more malformed records of this file are not listed` });
    return findings;
  }

  private look(record: LogRecord): void {
    const { words } = this;
    const { ruleSet, factFields, isRelevant, now, numbers, plain } = this.yardstick;
    const asking = ruleSet.asking(record);
    const event = asking.length > 0 ? record.parse() : undefined;
    const isUuid = record.readEventUuid(words);
    if (isUuid) this.ids.addUuid(words);
    else this.ids.add(eventIdOf(event ?? record.parse()));
    if (!event) return;
    const eventID = eventIdOf(event);
    const timeMs = Date.parse(event.eventTime);
    for (const { thing: asked, isSure } of asking) {
      if (!isSure && !asked.matches(event)) continue;
      const { rule } = asked;
      const number = numbers.get(rule.id) as number;
      if (!isRelevant[number]) continue;
      const suppressed = suppressionFor({ rule, event }, plain.suppressions, now) !== undefined;
      const facts = this.factsAbout(record, event, factFields[number]);
      this.hits.add({ rule: number, eventID, timeMs, suppressed, facts }, isUuid ? words : undefined);
    }
  }

  private factsAbout(record: LogRecord, event: CloudTrailEvent, fields: FactFields): number[] {
    const { hits } = this;
    if (!fields) return [hits.numberOf(JSON.stringify(event))];
    const facts: number[] = [];
    for (const [field, parts] of fields) {
      const value = event[field];
      if (value === undefined || value === null) facts.push(NO_FACT);
      else if (typeof value === "string") facts.push(hits.numberOfText(value));
      else if (field === "userIdentity" && record.identity)
        facts.push(this.factOf(record.identity, value, parts));
      else facts.push(hits.numberOf(jsonOfParts(value, parts)));
    }
    return facts;
  }

  /** The fact that parts of an identity are, which comes again and again. */
  private factOf(identity: WrittenIdentity, value: unknown, parts: FactTree): number {
    let known = this.identityFacts.get(identity);
    if (!known) {
      known = new Map<FactTree, number>();
      this.identityFacts.set(identity, known);
    }
    let fact = known.get(parts);
    if (fact === undefined) {
      fact = this.hits.numberOf(jsonOfParts(value, parts));
      known.set(parts, fact);
    }
    return fact;
  }
}

async function* counted(
  pieces: AsyncIterable<Buffer>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of pieces) {
    yield piece;
    onBytes(piece.length);
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
