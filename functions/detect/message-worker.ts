import type { S3Client } from "@aws-sdk/client-s3";
import type { Hit } from "../../detections/hit";
import type { RuleSet } from "../../detections/rule-set";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { parseObjectKey } from "../../formats/cloudtrail/object-key";
import { readArchiveFile } from "./archive";
import type { Detector } from "./detector";
import { type DetectLogger, reasonOf } from "./log";
import { type ObjectRef, readMessage } from "./messages";
import type { Metrics } from "./metrics";

export interface MessageWorkerParts {
  readonly s3: S3Client;
  readonly detector: Pick<Detector, "hits" | "decide">;
  readonly ruleSet: Pick<RuleSet, "asksFor">;
  readonly metrics: Pick<Metrics, "count">;
  readonly logger: DetectLogger;
}

/** A log file could not be read, or not every decision on what a message holds be made. */
export class UnfinishedError extends Error {
  override readonly name = "UnfinishedError";
}

/** Decisions of a file that are made at the same time. */
const CONCURRENT_DECISIONS = 8;
/** A file whose decisions fail more often than this is given up: what they need is out of order. */
const MAX_FAILURES = 20;
/** Malformed records of a file that are logged one by one. */
const MAX_LOGGED = 20;

/** Does what messages ask for. */
export class MessageWorker {
  constructor(private readonly parts: MessageWorkerParts) {}

  /**
   * @param leaseEndMs see {@link Detector.decide}
   * @throws when the message is none, or not all of it could be done; it must come again then
   */
  readonly handle = async (body: string, leaseEndMs: number): Promise<void> => {
    const message = readMessage(body);
    switch (message.kind) {
      case "event":
        await this.handleEvent(message.event, leaseEndMs);
        return;
      case "objects":
        for (const object of message.objects) await this.handleObject(object, leaseEndMs);
        return;
      case "ignored":
        this.parts.logger.info("message ignored", { reason: message.reason });
    }
  };

  private async handleEvent(event: CloudTrailEvent, leaseEndMs: number): Promise<void> {
    const { detector, metrics } = this.parts;
    metrics.count("EventsRead");
    const failures: unknown[] = [];
    for (const hit of detector.hits(event)) {
      metrics.count("Hits");
      await detector.decide(hit, leaseEndMs).catch((error: unknown) => void failures.push(error));
    }
    throwIfFailed(failures, 0);
  }

  private async handleObject(object: ObjectRef, leaseEndMs: number): Promise<void> {
    const { logger } = this.parts;
    const key = parseObjectKey(object.key);
    if (key?.kind !== "log" && key?.kind !== "network-activity") {
      logger.info("object ignored: it holds no records", { key: object.key, kind: key?.kind ?? "unknown" });
      return;
    }
    try {
      await this.handleLogFile(object, leaseEndMs);
    } catch (error) {
      throw new UnfinishedError(`s3://${object.bucket}/${object.key}: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Decisions do not depend on one another's order, so some are made at a time; all are tried before one is reported. */
  private async handleLogFile(object: ObjectRef, leaseEndMs: number): Promise<void> {
    const { s3, detector, ruleSet, metrics, logger } = this.parts;
    const running = new Set<Promise<void>>();
    const begun = new Set<string>();
    const failures: unknown[] = [];
    let malformed = 0;
    let events = 0;

    const begin = async (hit: Hit): Promise<void> => {
      const decision = `${hit.rule.id}\n${hit.eventID}`;
      if (begun.has(decision)) return;
      begun.add(decision);
      metrics.count("Hits");
      if (running.size >= CONCURRENT_DECISIONS) await Promise.race(running);
      throwIfFailed(failures, MAX_FAILURES);
      const made = detector
        .decide(hit, leaseEndMs)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(made));
      running.add(made);
    };

    try {
      await readArchiveFile(s3, object, async (entry) => {
        if ("reason" in entry) {
          malformed++;
          if (malformed <= MAX_LOGGED) logger.error("record left out", { ...object, ...entry });
          return;
        }
        events++;
        if (!ruleSet.asksFor(entry)) return;
        for (const hit of detector.hits(entry.parse())) await begin(hit);
      });
    } finally {
      await Promise.all(running);
      metrics.count("EventsRead", events);
      if (malformed > 0) metrics.count("MalformedRecords", malformed);
    }
    logger.info("log file read", {
      ...object,
      events,
      decisions: begun.size,
      malformed,
      failed: failures.length,
    });
    throwIfFailed(failures, 0);
  }
}

/** @param allowed so many failures are no reason to stop yet */
function throwIfFailed(failures: readonly unknown[], allowed: number): void {
  if (failures.length <= allowed) return;
  throw new UnfinishedError(`${failures.length} decisions failed, the first: ${reasonOf(failures[0])}`, {
    cause: failures[0],
  });
}
