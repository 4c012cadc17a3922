import assert from "node:assert/strict";
import { eventIdOf } from "../../detections/hit";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const event: CloudTrailEvent = {
  eventName: "CreateUser",
  eventTime: "2026-11-25T10:00:00Z",
  requestParameters: { userName: "bob", tags: [{ key: "a", value: 1 }] },
};

describe("eventIdOf", () => {
  it("is the record's own id", () => {
    const eventID = "7b5e9f3a-1c2d-4e5f-8a9b-0c1d2e3f4a5b";
    assert.equal(eventIdOf({ ...event, eventID }), eventID);
  });

  for (const eventID of [undefined, "", "'; DROP TABLE", "x".repeat(500), 7 as unknown as string]) {
    it(`is a hash of the content for a record whose id is ${JSON.stringify(eventID)?.slice(0, 20)}`, () => {
      assert.match(eventIdOf({ ...event, eventID }), /^sha256:[0-9a-f]{64}$/);
    });
  }

  it("is the same hash whatever the order of keys, and another for other content", () => {
    const turned = {
      requestParameters: { tags: [{ value: 1, key: "a" }], userName: "bob" },
      eventTime: event.eventTime,
      eventName: event.eventName,
    };
    assert.equal(eventIdOf(turned), eventIdOf(event));
    assert.notEqual(eventIdOf({ ...event, eventTime: "2026-11-25T10:00:01Z" }), eventIdOf(event));
  });
});
