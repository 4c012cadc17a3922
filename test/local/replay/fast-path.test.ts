import assert from "node:assert/strict";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { eventBridgeEvent, isReadOnlyCall } from "../../../local/replay/event-bridge-event";
import { FastPath } from "../../../local/replay/fast-path";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";

const call = (eventName: string, more: Partial<CloudTrailEvent> = {}): CloudTrailEvent => ({
  eventName,
  eventTime: "2026-03-04T05:06:07Z",
  eventSource: "iam.amazonaws.com",
  eventID: `00000000-0000-4000-8000-${eventName}`,
  awsRegion: "us-east-1",
  recipientAccountId: "111122223333",
  ...more,
});

describe("the event that EventBridge makes of a record", () => {
  const types: readonly [string | undefined, string][] = [
    ["AwsApiCall", "AWS API Call via CloudTrail"],
    ["AwsConsoleSignIn", "AWS Console Sign In via CloudTrail"],
    ["AwsServiceEvent", "AWS Service Event via CloudTrail"],
    ["AwsVpceEvent", "AWS Network Activity Event via CloudTrail"],
    [undefined, "AWS API Call via CloudTrail"],
  ];
  for (const [eventType, expected] of types)
    it(`has detail type "${expected}" for ${eventType ?? "no event type"}`, () => {
      const made = eventBridgeEvent(call("CreateUser", { eventType }), "us-east-1");
      assert.deepEqual([made["detail-type"], made.source, made.region], [expected, "aws.iam", "us-east-1"]);
    });

  const readOnly: readonly [CloudTrailEvent, boolean][] = [
    [call("ListUsers"), true],
    [call("DescribeInstances"), true],
    [call("GetFederationToken"), false],
    [call("CreateUser"), false],
    [call("GetObject", { managementEvent: false, eventCategory: "Data" }), false],
  ];
  for (const [event, expected] of readOnly)
    it(`is ${expected ? "" : "not "}only for rules that ask for read-only calls: ${event.eventName}`, () =>
      assert.equal(isReadOnlyCall(event), expected));
});

describe("the fast path of a replay", function () {
  this.timeout(EMULATOR_START_LIMIT_MS);
  const home = "eu-west-1";
  let emulator: RunningEmulator;
  let sqs: SQSClient;
  let events: (region: string) => EventBridgeClient;
  let busArn: string;
  let queueUrl: string;

  before(async () => {
    emulator = await startTestEmulator();
    const { connection } = emulator;
    sqs = new SQSClient(connection);
    events = (region) => new EventBridgeClient({ ...connection, region });
    const { EventBusArn = "" } = await events(home).send(new CreateEventBusCommand({ Name: "raw" }));
    busArn = EventBusArn;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "raw-queue" }));
    queueUrl = QueueUrl;
    const queueArn = busArn.replace(":events:", ":sqs:").replace("event-bus/raw", "raw-queue");
    await putRule(home, "to-queue", "raw", { source: [{ prefix: "aws." }] }, queueArn);
  });
  after(() => emulator.stop());

  async function putRule(
    region: string,
    Name: string,
    EventBusName: string,
    pattern: object,
    Arn: string,
    State: RuleState = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
  ): Promise<void> {
    const EventPattern = JSON.stringify(pattern);
    await events(region).send(new PutRuleCommand({ Name, EventBusName, EventPattern, State }));
    // Only a bus as a target needs a role.
    const RoleArn = Arn === busArn ? "arn:aws:iam::111122223333:role/forward" : undefined;
    const Targets = [{ Id: "t", Arn, RoleArn }];
    await events(region).send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
  }

  async function queued(): Promise<string[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(
      ({ Body = "" }) => (JSON.parse(Body) as { detail: CloudTrailEvent }).detail.eventName,
    );
  }

  it("takes what a forwarding rule of the event's Region lets through to the queue, and nothing else", async () => {
    const pattern = { source: [{ prefix: "aws." }], detail: { eventName: ["CreateUser", "ListUsers"] } };
    await putRule("us-east-1", "forward", "default", pattern, busArn);
    const path = await FastPath.read(emulator.connection, sqs, ["us-east-1"], busArn);

    const forwarded = await path.send([
      call("CreateUser"),
      call("ListUsers"),
      call("DeleteUser"),
      call("CreateUser", { awsRegion: "ap-south-1" }),
      call("CreateUser", { requestParameters: { filler: "x".repeat(256 * 1024) } }),
    ]);

    assert.equal(forwarded, 2);
    assert.deepEqual(path.outcome, { offered: 3, forwarded: 2 });
    assert.deepEqual((await queued()).sort(), ["CreateUser", "ListUsers"]);
  });

  it("leaves read-only calls to rules that ask for them", async () => {
    await putRule("us-west-2", "forward", "default", { source: ["aws.iam"] }, busArn, "ENABLED");
    const path = await FastPath.read(emulator.connection, sqs, ["us-west-2"], busArn);

    await path.send([
      call("ListUsers", { awsRegion: "us-west-2" }),
      call("CreateRole", { awsRegion: "us-west-2" }),
    ]);

    assert.deepEqual(path.outcome, { offered: 2, forwarded: 1 });
    assert.deepEqual(await queued(), ["CreateRole"]);
  });

  it("does not start when a monitored Region has no rule that leads to the bus", () =>
    assert.rejects(
      FastPath.read(emulator.connection, sqs, ["eu-north-1"], busArn),
      /no EventBridge rule in eu-north-1 forwards to the raw-event bus/,
    ));
});
