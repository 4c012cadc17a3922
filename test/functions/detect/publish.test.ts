import assert from "node:assert/strict";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { alertSchema } from "../../../detections/alert";
import { AlertNotPublishedError, alertPublisher } from "../../../functions/detect/publish";
import { exampleAlert } from "../notify/example-alert";

describe("alertPublisher", () => {
  const client = new EventBridgeClient({ region: "eu-west-1" });
  const events = mockClient(client);
  const publish = alertPublisher(client, "alerts");
  const entry = () => events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0];

  beforeEach(() => {
    events.reset();
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] });
  });

  it("puts the alert on the bus under the contract's source and type", async () => {
    await publish(exampleAlert());

    const { Detail, ...rest } = entry() ?? {};
    assert.deepEqual(rest, { EventBusName: "alerts", Source: "trailkeeper", DetailType: "Alert" });
    assert.deepEqual(JSON.parse(Detail ?? ""), exampleAlert());
  });

  it("puts a repeat on the bus under a type that nobody is told of", async () => {
    await publish({ ...exampleAlert(), repeatOf: "earlier" });

    assert.equal(entry()?.DetailType, "Repeat");
  });

  it("fails when the bus refuses the entry, though the call succeeds", async () => {
    events.on(PutEventsCommand).resolves({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: "InternalFailure", ErrorMessage: "try again" }],
    });

    await assert.rejects(publish(exampleAlert()), (error) => {
      assert.ok(error instanceof AlertNotPublishedError);
      assert.match(error.message, /InternalFailure: try again/);
      return true;
    });
  });

  it("trims what can be looked up rather than fail for its size", async () => {
    const whole = exampleAlert();
    const eventIDs = Array.from(
      { length: 20_000 },
      (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
    );

    await publish({ ...whole, evidence: { ...whole.evidence, eventCount: eventIDs.length, eventIDs } });

    const detail = alertSchema.parse(JSON.parse(entry()?.Detail ?? ""));
    assert.ok(Buffer.byteLength(entry()?.Detail ?? "") <= 256 * 1024);
    assert.equal(detail.trimmed, true);
    assert.equal(detail.evidence.eventCount, 20_000);
    assert.deepEqual(detail.evidence.eventIDs.at(-1), eventIDs.at(-1));
    assert.equal(detail.summary, whole.summary);
  });
});
