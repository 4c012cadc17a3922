import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { ResponderParts } from "../../responses/responder-parts";
import { DynamoResponseStore } from "../respond/dynamo-store";
import { outcomePublisher } from "../respond/outcome-publisher";
import { readRestoreAlert } from "./alert";
import { stackCalls, stackClients } from "./aws-calls";
import { type DesiredState, readDesiredState } from "./desired";
import { errorText } from "./failures";
import { RESTORE_RECEIVES } from "./limits";
import { Restorer, type RestorerParts } from "./restorer";

/** What the handler reaches the world through. */
export interface HandlerParts extends Pick<ResponderParts, "clock" | "pause" | "newHolder" | "logger"> {
  /** Called at the first invocation. */
  readonly readDesired: () => DesiredState;
  readonly store: () => RestorerParts["store"];
  readonly call: () => RestorerParts["call"];
  readonly tell: () => RestorerParts["tell"];
}

/** Time for clocks to differ and for a call on the wire to arrive after the function was stopped. */
const LEASE_MARGIN_MS = 30_000;

/**
 * Restores on the messages of the queue. A message that fails, because it is none, another attempt is at it, or AWS could
 * not do what was asked of it just now, is reported as a failed item: SQS delivers it again and in the end moves it to
 * the dead-letter queue.
 */
export function createHandler(parts: HandlerParts) {
  const { logger, clock } = parts;
  let made: { readonly restorer: Restorer; readonly accountId: string } | undefined;
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const { restorer, accountId } = (made ??= make(parts));
    const leaseEndMs = clock() + context.getRemainingTimeInMillis() + LEASE_MARGIN_MS;
    const restore = async ({ body, messageId, attributes }: SQSRecord): Promise<void> => {
      const receiveCount = Number(attributes.ApproximateReceiveCount);
      try {
        const order = readRestoreAlert(body, accountId);
        await restorer.restore(order, leaseEndMs, receiveCount >= RESTORE_RECEIVES);
      } catch (error) {
        logger.error("message not done: it goes back to the queue", {
          queueMessageId: messageId,
          receiveCount,
          reason: errorText(error),
        });
        throw error;
      }
    };
    return processPartialResponse(event, restore, new BatchProcessor(EventType.SQS), {
      context,
      processInParallel: false,
      // Each item's failure is answered for by itself, also when all of them fail.
      throwOnFullBatchFailure: false,
    });
  };
}

/** Lambda's entry point. Clients live as long as the execution environment, so that connections are reused. */
export const handler = createHandler({
  readDesired: () => readDesiredState(__dirname),
  store: () => new DynamoResponseStore(new DynamoDBClient({}), requiredVariable("RESPONSE_TABLE_NAME")),
  call: () => stackCalls(stackClients()),
  tell: () => outcomePublisher(new EventBridgeClient({}), requiredVariable("ALERT_BUS_NAME")),
  logger: new Logger({ serviceName: "restore" }),
  clock: Date.now,
  pause: (ms) => sleep(ms),
  newHolder: randomUUID,
});

function make(parts: HandlerParts) {
  const { clock, pause, newHolder, logger } = parts;
  const desired = parts.readDesired();
  const restorer = new Restorer({
    desired,
    store: parts.store(),
    call: parts.call(),
    tell: parts.tell(),
    clock,
    pause,
    newHolder,
    logger,
  });
  return { restorer, accountId: desired.accountId };
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set on the restore function`);
  return value;
}
