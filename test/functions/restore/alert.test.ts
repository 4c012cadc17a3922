import assert from "node:assert/strict";
import { alertSchema } from "../../../detections/alert";
import { compileEventPattern } from "../../../formats/event-pattern";
import { readRestoreAlert, restorePattern } from "../../../functions/restore/alert";
import { exampleAlert } from "../notify/example-alert";

const ACCOUNT = "111122223333";
const RESTORE = `arn:aws:iam::${ACCOUNT}:role/audit-restore`;

type Change = (event: Record<string, Record<string, unknown>>) => void;

/** The event of an alert that asks to restore the trail, as EventBridge puts it into the queue. */
function queued(change: Change = () => undefined): Record<string, unknown> {
  const detail = alertSchema.parse({
    ...exampleAlert(),
    rule: { id: "pipeline-trail", title: "Audit pipeline changed: the audit trail" },
    responses: [{ playbook: "restore-trail", targets: [] }],
  });
  const event = {
    version: "0",
    id: "0f0f0f0f-0000-0000-0000-000000000000",
    source: "trailkeeper",
    "detail-type": "Alert",
    account: ACCOUNT,
    detail,
  };
  change(event as unknown as Parameters<Change>[0]);
  return event;
}

describe("restorePattern", () => {
  const matches = compileEventPattern(restorePattern([RESTORE, "arn:aws:iam::*:role/audit-respond"]));

  for (const [what, wanted, change] of [
    ["an alert that asks to restore the trail", true, () => undefined],
    ["one within its quiet period", true, (event) => Object.assign(event, { "detail-type": "Repeat" })],
    [
      "one by a principal without a role",
      true,
      ({ detail }) => delete (detail?.who as { sessionIssuerArn?: string }).sessionIssuerArn,
    ],
    [
      "one that asks for a playbook beside it",
      true,
      ({ detail }) => (detail?.responses as unknown[]).unshift({ playbook: "quarantine-user", targets: [] }),
    ],
    ["one that asks for no response", false, ({ detail }) => delete detail?.responses],
    [
      "one that asks for a playbook",
      false,
      ({ detail }) =>
        Object.assign(detail ?? {}, { responses: [{ playbook: "quarantine-user", targets: [] }] }),
    ],
    [
      "one that the restore role has caused",
      false,
      ({ detail }) => Object.assign(detail?.who ?? {}, { sessionIssuerArn: RESTORE }),
    ],
    [
      "one that another of our roles has caused",
      false,
      ({ detail }) =>
        Object.assign(detail?.who ?? {}, {
          sessionIssuerArn: "arn:aws:iam::444455556666:role/audit-respond",
        }),
    ],
    ["the outcome of a response", false, (event) => Object.assign(event, { "detail-type": "Response" })],
    ["an event of another source", false, (event) => Object.assign(event, { source: "theirs" })],
  ] as [string, boolean, Change][])
    it(`${wanted ? "takes" : "leaves"} ${what}`, () => {
      assert.equal(matches(queued(change)), wanted);
    });
});

describe("readRestoreAlert", () => {
  const read = (event: unknown) => readRestoreAlert(JSON.stringify(event), ACCOUNT);

  it("reads who did what, for the record", () => {
    const { alert, actor } = read(queued());

    const { id, level, summary, when, who } = exampleAlert();
    assert.deepEqual(alert, {
      id,
      ruleId: "pipeline-trail",
      ruleTitle: "Audit pipeline changed: the audit trail",
      level,
      summary,
      eventTime: when.lastEventTime,
    });
    assert.deepEqual([actor.name, actor.arn], [who.actor, who.arn]);
  });

  it("cuts a summary that is too long to travel in every outcome", () => {
    const { alert } = read(
      queued(({ detail }) => Object.assign(detail ?? {}, { summary: "s".repeat(9_000) })),
    );

    assert.equal(alert.summary.length, 2_000);
  });

  for (const [what, message, change] of [
    [
      "that came from another account",
      /^account: /,
      (event) => Object.assign(event, { account: "999988887777" }),
    ],
    ["of another source", /source: /, (event) => Object.assign(event, { source: "aws.cloudtrail" })],
    ["of another kind", /detail-type: /, (event) => Object.assign(event, { "detail-type": "Response" })],
    ["that asks for nothing", /detail.responses: /, ({ detail }) => delete detail?.responses],
    [
      "that asks for a playbook",
      /detail.responses: does not ask for restore-trail/,
      ({ detail }) =>
        Object.assign(detail ?? {}, { responses: [{ playbook: "quarantine-user", targets: [] }] }),
    ],
    ["without an id", /detail.id: /, ({ detail }) => delete detail?.id],
    [
      "of a level that is none",
      /detail.level: /,
      ({ detail }) => Object.assign(detail ?? {}, { level: "dire" }),
    ],
  ] as [string, RegExp, Change][])
    it(`refuses an event ${what}, and says where`, () => {
      assert.throws(() => read(queued(change)), { name: "RestoreMessageError", message });
    });

  it("quotes nothing of a message that is no JSON", () => {
    assert.throws(() => readRestoreAlert("secret{", ACCOUNT), {
      name: "RestoreMessageError",
      message: "the message is not JSON (7 characters)",
    });
  });
});
