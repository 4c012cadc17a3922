import assert from "node:assert/strict";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { OutcomeNotPublishedError, outcomePublisher } from "../../../functions/respond/outcome-publisher";
import { readNews } from "../../../functions/notify/event";
import { exampleOutcome } from "../notify/example-outcome";

describe("outcomePublisher", () => {
  const client = new EventBridgeClient({ region: "eu-west-1" });
  const events = mockClient(client);
  const publish = outcomePublisher(client, "alerts");
  beforeEach(() => events.reset());

  it("puts an outcome on the bus as the notify function reads it", async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] });

    await publish(exampleOutcome());

    const [entry] = events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
    assert.equal(entry?.EventBusName, "alerts");
    const event = {
      source: entry?.Source,
      "detail-type": entry?.DetailType,
      detail: JSON.parse(entry?.Detail ?? "") as unknown,
    };
    assert.deepEqual(readNews(JSON.stringify(event)), { kind: "response", outcome: exampleOutcome() });
  });

  it("fails with EventBridge's reason when the bus does not take it", async () => {
    events.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" }],
    });

    await assert.rejects(publish(exampleOutcome()), (error: Error) => {
      assert.ok(error instanceof OutcomeNotPublishedError);
      assert.match(error.message, /ThrottlingException: Rate exceeded/);
      return true;
    });
  });
});
