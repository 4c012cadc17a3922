import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { zipSync } from "fflate";
import { bundleFunction } from "../../../components/function-code";
import type { Rule } from "../../../detections/sigma/model";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { AlertWatch } from "../../../local/replay/alert-watch";
import { eventBridgeEvent } from "../../../local/replay/event-bridge-event";
import { untilEmpty } from "../../../local/replay/queues";

/** Short, so that what a killed function held comes again soon. */
const FUNCTION_TIMEOUT_SECONDS = 10;
const VISIBILITY_TIMEOUT_SECONDS = 15;

/** The detect function in the local cloud, as the Detector component deploys it: queue, function, table, bus. */
export class DeployedDetector {
  private constructor(
    private readonly emulator: RunningEmulator,
    private readonly sqs: SQSClient,
    private readonly queueUrl: string,
    readonly watch: AlertWatch,
  ) {}

  static async deploy(emulator: RunningEmulator, rules: readonly Rule[]): Promise<DeployedDetector> {
    const { connection } = emulator;
    const sqs = new SQSClient(connection);
    const events = new EventBridgeClient(connection);
    const lambda = new LambdaClient(connection);
    await new DynamoDBClient(connection).send(
      new CreateTableCommand({
        TableName: "detections",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S" as const,
        })),
      }),
    );
    await events.send(new CreateEventBusCommand({ Name: "alerts" }));
    const watch = await AlertWatch.open(events, sqs, "alerts");
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({
        QueueName: "raw-events",
        Attributes: { VisibilityTimeout: String(VISIBILITY_TIMEOUT_SECONDS) },
      }),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
    );
    const text = (content: string) => new TextEncoder().encode(content);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "detect",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::000000000000:role/detect",
        Timeout: FUNCTION_TIMEOUT_SECONDS,
        Code: {
          ZipFile: zipSync({
            "index.js": text(bundleFunction("detect", join(__dirname, "..", "..", ".."))),
            "rules.json": text(JSON.stringify({ rules, suppressions: [] })),
          }),
        },
        Environment: { Variables: { TABLE_NAME: "detections", ALERT_BUS_NAME: "alerts" } },
      }),
    );
    await lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "detect",
        EventSourceArn: Attributes?.QueueArn,
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      }),
    );
    return new DeployedDetector(emulator, sqs, QueueUrl, watch);
  }

  async send(events: readonly CloudTrailEvent[]): Promise<void> {
    for (let start = 0; start < events.length; start += 10) {
      const Entries = events.slice(start, start + 10).map((event, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(eventBridgeEvent(event, event.awsRegion ?? "eu-west-1")),
      }));
      await this.sqs.send(new SendMessageBatchCommand({ QueueUrl: this.queueUrl, Entries }));
    }
  }

  /** Waits until everything is decided; false when it was not in time. */
  settled(limitSeconds: number): Promise<boolean> {
    return untilEmpty(this.sqs, [this.queueUrl], limitSeconds, () => this.watch.receive());
  }

  /** Kills every running instance of the function, as it stands. Returns how many there were. */
  async killInstances(): Promise<number> {
    let killed = 0;
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const [stat, commandLine] = await Promise.all(
        ["stat", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat ?? "")?.[1];
      if (parent !== String(this.emulator.pid) || !/\bnode\b/.test(commandLine ?? "")) continue;
      process.kill(Number(pid), "SIGKILL");
      killed++;
    }
    return killed;
  }
}
