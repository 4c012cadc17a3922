import assert from "node:assert/strict";
import type { Alert } from "../../../detections/alert";
import { DueAlerts, wrongAlerts } from "../../../local/replay/due-alerts";
import type { EventRule } from "../../../detections/sigma/model";

const rule: EventRule = {
  kind: "event",
  id: "user-created",
  title: "User created",
  level: "medium",
  references: [],
  tags: [],
  falsePositives: [],
  source: { file: "user-created.yml", line: 1 },
  condition: {
    op: "field",
    field: "eventName",
    test: { kind: "string", parts: [{ text: "CreateUser" }], cased: false },
  },
};

const created = (serial: number, minute: number) => ({
  eventName: "CreateUser",
  eventTime: new Date(Date.UTC(2026, 2, 4, 5, minute)).toISOString(),
  eventSource: "iam.amazonaws.com",
  eventID: `00000000-0000-4000-8000-00000000000${serial}`,
  awsRegion: "us-east-1",
  recipientAccountId: "111122223333",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice" },
});

async function alerts(...events: ReturnType<typeof created>[]): Promise<Alert[]> {
  const due = new DueAlerts({ rules: [rule], suppressions: [] });
  await due.add(events);
  return due.alerts;
}

describe("the alerts that are due", () => {
  it("are the detector's own on the same events, repeats within the quiet period joined", async () => {
    const due = await alerts(created(1, 0), created(2, 5), created(1, 0));
    assert.deepEqual(
      due.map(({ rule: { id }, evidence: { eventIDs } }) => [id, eventIDs]),
      [["user-created", [created(1, 0).eventID]]],
    );
  });

  it("agree with what was published, whichever event of a burst alerted", async () => {
    const due = await alerts(created(1, 0), created(2, 5));
    const [published] = await alerts(created(2, 5), created(1, 0));
    assert.ok(published);
    assert.deepEqual(wrongAlerts(due, [{ alert: published, copies: 1 }]), []);
  });

  it("disagree when one is missing, one is too many, or one came twice", async () => {
    const [alert] = await alerts(created(1, 0));
    assert.ok(alert);
    const strange = { ...alert, id: "other", rule: { id: "other-rule", title: "Other" } };
    assert.deepEqual(
      wrongAlerts([alert], []).map((text) =>
        /"User created" \(user-created\) should have alerted/.test(text),
      ),
      [true],
    );
    const [tooMany, twice] = wrongAlerts(
      [alert],
      [
        { alert, copies: 2 },
        { alert: strange, copies: 1 },
      ],
    );
    assert.match(tooMany ?? "", /"Other" \(other-rule\) should not have alerted, and did/);
    assert.match(twice ?? "", /"User created" \(user-created\) was published 2 times/);
  });
});
