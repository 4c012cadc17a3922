import { setTimeout as sleep } from "node:timers/promises";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Alert } from "../../detections/alert";
import type { ArchiveTable } from "../../detections/evidence-links";
import { RuleSet } from "../../detections/rule-set";
import { isExpired } from "../../detections/suppressions";
import { Detector } from "./detector";
import { DynamoStore } from "./dynamo-store";
import { type DetectLogger, reasonOf } from "./log";
import { Metrics } from "./metrics";
import { MessageWorker } from "./message-worker";
import { alertPublisher } from "./publish";
import { type DeployedRules, readDeployedRules } from "./rules";
import type { DetectionStore } from "./store";

/** What the handler reaches the world through. */
export interface HandlerParts {
  readonly s3: S3Client;
  readonly logger: DetectLogger;
  /** Where the function's metrics are written, one line at a time. */
  readonly writeLine: (line: string) => void;
  /** Called at the first invocation. */
  readonly readRules: () => DeployedRules;
  readonly store: () => DetectionStore;
  readonly publisher: () => (alert: Alert) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Time for clocks to differ and for a call on the wire to arrive after the function was stopped. */
const LEASE_MARGIN_MS = 30_000;

/**
 * Detects on the messages of both queues. A message that fails, because it is none, its file cannot be read, or a
 * decision could not be made, is reported as a failed item: SQS delivers it again and in the end moves it to the
 * dead-letter queue, while the others of the batch are done. Messages are done one after the other, so that the same
 * event twice in a batch is decided once, and one large file at a time is in memory.
 */
export function createHandler(parts: HandlerParts) {
  const { logger, clock } = parts;
  const metrics = new Metrics();
  let worker: MessageWorker | undefined;
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const { handle } = (worker ??= createWorker(parts, metrics));
    const leaseEndMs = clock() + context.getRemainingTimeInMillis() + LEASE_MARGIN_MS;
    const detect = async (record: SQSRecord): Promise<void> => {
      try {
        await handle(record.body, leaseEndMs);
      } catch (error) {
        logger.error("message not done: it goes back to the queue", {
          queueMessageId: record.messageId,
          receiveCount: record.attributes.ApproximateReceiveCount,
          reason: reasonOf(error),
        });
        throw error;
      }
    };
    try {
      return await processPartialResponse(event, detect, new BatchProcessor(EventType.SQS), {
        context,
        processInParallel: false,
        // Each item's failure is answered for by itself, also when all of them fail.
        throwOnFullBatchFailure: false,
      });
    } finally {
      const line = metrics.flush(clock(), context.functionName);
      if (line !== undefined) parts.writeLine(line);
    }
  };
}

/** Lambda's entry point. Clients live as long as the execution environment, so that connections are reused. */
export const handler = createHandler({
  s3: new S3Client({}),
  logger: new Logger({ serviceName: "detect" }),
  writeLine: (line) => void process.stdout.write(`${line}\n`),
  readRules: () => readDeployedRules(__dirname),
  store: () => new DynamoStore(new DynamoDBClient({}), requiredVariable("TABLE_NAME")),
  publisher: () => alertPublisher(new EventBridgeClient({}), requiredVariable("ALERT_BUS_NAME")),
  clock: Date.now,
  pause: (ms) => sleep(ms),
});

function createWorker(parts: HandlerParts, metrics: Metrics): MessageWorker {
  const { logger, clock, s3 } = parts;
  const { rules, suppressions } = parts.readRules();
  for (const suppression of suppressions) {
    if (!isExpired(suppression, new Date(clock()))) continue;
    const { ruleId, owner, expires, source } = suppression;
    logger.warn("suppression has expired and no longer holds", {
      rule: ruleId,
      owner,
      expires,
      file: source.file,
    });
  }
  const ruleSet = new RuleSet(rules);
  const detector = new Detector({
    ruleSet,
    suppressions,
    store: parts.store(),
    publish: parts.publisher(),
    metrics,
    logger,
    archive: archiveTable(),
    runbooksUrl: process.env.RUNBOOKS_URL || undefined,
    clock,
    pause: parts.pause,
  });
  return new MessageWorker({ s3, detector, ruleSet, metrics, logger });
}

function archiveTable(): ArchiveTable | undefined {
  const { ATHENA_TABLE: table, ATHENA_DAY_COLUMN: dayColumn } = process.env;
  return table ? { table, dayColumn: dayColumn || undefined } : undefined;
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set on the detect function`);
  return value;
}
