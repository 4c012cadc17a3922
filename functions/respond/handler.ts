import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { STSClient } from "@aws-sdk/client-sts";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { ResponseOrder } from "../../responses/order";
import { PLAYBOOKS } from "../../responses/playbooks";
import { Responder } from "../../responses/responder";
import type { ResponseLogger } from "../../responses/responder-parts";
import { awsCalls, CLIENT_SETTINGS } from "./aws-calls";
import { type DeployedResponder, readDeployedResponder } from "./deployed";
import { DynamoResponseStore } from "./dynamo-store";
import { RESPOND_RECEIVES, RESPONSE_LIMIT_MS } from "./limits";
import { readOrders } from "./orders";
import { outcomePublisher } from "./outcome-publisher";
import { saveSettings } from "./settings";

/** What the handler reaches the world through. */
export interface HandlerParts {
  readonly logger: ResponseLogger;
  /** Called at the first invocation, and again when that fails. */
  readonly start: (logger: ResponseLogger) => Promise<Started>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What is there from the first invocation on. */
export interface Started {
  readonly deployed: Pick<DeployedResponder, "accountId" | "partition">;
  readonly responder: Pick<Responder, "respond">;
}

/** Some responses to an alert could not be made, or there was no time for them. */
export class UnfinishedAlertError extends Error {
  override readonly name = "UnfinishedAlertError";
}

/** Time for clocks to differ and for a call on the wire to arrive after the function was stopped. */
const LEASE_MARGIN_MS = 30_000;

/**
 * Makes the responses that queued alerts ask for, one after the other. A message that is no alert, asks for something
 * that there is not, or could not be done, is reported as a failed item: SQS delivers it again and in the end moves it to
 * the dead-letter queue, while the others of the batch are done.
 */
export function createHandler({ logger, start, clock }: HandlerParts) {
  let started: Started | undefined;
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const { deployed, responder } = (started ??= await start(logger));
    const leaseEndMs = clock() + context.getRemainingTimeInMillis() + LEASE_MARGIN_MS;

    const respondAll = async (orders: readonly ResponseOrder[], isLastAttempt: boolean): Promise<void> => {
      const failures: unknown[] = [];
      for (const [index, order] of orders.entries()) {
        if (context.getRemainingTimeInMillis() < RESPONSE_LIMIT_MS) {
          failures.push(new Error(`no time was left for ${orders.length - index} of ${orders.length}`));
          break;
        }
        await responder
          .respond(order, leaseEndMs, isLastAttempt)
          .catch((error: unknown) => void failures.push(error));
      }
      if (failures.length > 0)
        throw new UnfinishedAlertError(failures.map(reasonOf).join("; "), { cause: failures[0] });
    };

    const handle = async (record: SQSRecord): Promise<void> => {
      const receiveCount = Number(record.attributes.ApproximateReceiveCount);
      try {
        await respondAll(readOrders(record.body, deployed), receiveCount >= RESPOND_RECEIVES);
      } catch (error) {
        logger.error("message not done: it goes back to the queue", {
          queueMessageId: record.messageId,
          receiveCount,
          reason: reasonOf(error),
        });
        throw error;
      }
    };

    return processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
      context,
      processInParallel: false,
      // Each item's failure is answered for by itself, also when all of them fail.
      throwOnFullBatchFailure: false,
    });
  };
}

/** Lambda's entry point. Clients live as long as the execution environment, so that connections are reused. */
export const handler = createHandler({
  logger: new Logger({ serviceName: "respond" }),
  start: startDeployed,
  clock: Date.now,
});

async function startDeployed(logger: ResponseLogger): Promise<Started> {
  const deployed = readDeployedResponder(__dirname);
  const tableName = requiredVariable("RESPONSE_TABLE_NAME");
  const busName = requiredVariable("ALERT_BUS_NAME");
  const dynamo = new DynamoDBClient(CLIENT_SETTINGS);
  await saveSettings(dynamo, tableName, deployed, Date.now());
  const responder = new Responder({
    playbooks: PLAYBOOKS,
    modes: deployed.modes,
    store: new DynamoResponseStore(dynamo, tableName),
    aws: awsCalls({ ...deployed, sessionName: "trailkeeper-respond", sts: new STSClient(CLIENT_SETTINGS) }),
    tell: outcomePublisher(new EventBridgeClient(CLIENT_SETTINGS), busName),
    untouchable: deployed.untouchable,
    circuit: { limit: deployed.circuit.limit, windowMs: deployed.circuit.windowSeconds * 1000 },
    stackArns: deployed.stackArns,
    clock: Date.now,
    pause: (ms) => sleep(ms),
    newHolder: randomUUID,
    logger,
  });
  return { deployed, responder };
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment variable ${name} is not set on the respond function`);
  return value;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
