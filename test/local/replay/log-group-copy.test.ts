import assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { mockClient } from "aws-sdk-client-mock";
import { LogGroupCopy, MAX_EVENT_BYTES } from "../../../local/replay/log-group-copy";

const event = (eventName: string, bytes: number) => {
  const bare = { eventName, eventTime: "2026-03-04T05:06:07Z", filler: "" };
  return { ...bare, filler: "x".repeat(bytes - JSON.stringify(bare).length) };
};

describe("the copy of a trail to its log group", () => {
  it("leaves out what CloudTrail does not send, and keeps each call within its limits", async () => {
    const client = new CloudWatchLogsClient({ region: "eu-west-1" });
    const logs = mockClient(client);
    logs.on(CreateLogStreamCommand).resolves({});
    logs.on(PutLogEventsCommand).resolves({});
    const fitting = ["A", "B", "C", "D", "E"].map((name) => event(name, MAX_EVENT_BYTES));
    const [first, ...rest] = fitting;
    assert.ok(first);

    const arrived = await new LogGroupCopy(client, "group", "111122223333").copy(
      [first, event("TooLarge", MAX_EVENT_BYTES + 1), ...rest],
      "eu-west-1",
    );

    assert.deepEqual(
      arrived.map(({ eventName }) => eventName),
      ["A", "B", "C", "D", "E"],
    );
    const batches = logs
      .commandCalls(PutLogEventsCommand)
      .map(({ args: [{ input }] }) => input.logEvents ?? []);
    // Four of the largest events and their overhead are just more than one call may carry.
    assert.deepEqual(
      batches.map(({ length }) => length),
      [3, 2],
    );
  });

  it("does not take events for copied that the log group rejected", async () => {
    const client = new CloudWatchLogsClient({ region: "eu-west-1" });
    const logs = mockClient(client);
    logs.on(CreateLogStreamCommand).resolves({});
    logs.on(PutLogEventsCommand).resolves({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } });

    await assert.rejects(
      new LogGroupCopy(client, "group", "111122223333").copy([event("A", 200)], "eu-west-1"),
      /log group group rejected events/,
    );
  });
});
