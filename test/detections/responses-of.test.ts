import assert from "node:assert/strict";
import { responsesOf } from "../../detections/responses-of";
import type { Rule } from "../../detections/sigma/model";
import type { ResponseId } from "../../responses/playbook-ids";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const ruleWith = (playbooks: readonly ResponseId[] | undefined): Rule =>
  ({ kind: "event", id: "rule", custom: playbooks && { playbooks } }) as unknown as Rule;

const keyMade: CloudTrailEvent = {
  eventName: "CreateAccessKey",
  eventSource: "iam.amazonaws.com",
  recipientAccountId: "111122223333",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/eve", accountId: "111122223333" },
  requestParameters: { userName: "carol" },
  eventTime: "2026-03-02T10:00:00Z",
  responseElements: { accessKey: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", userName: "carol" } },
};

describe("the responses that an alert asks for", () => {
  it("are the rule's playbooks, each with what the event names", () =>
    assert.deepEqual(responsesOf({ rule: ruleWith(["deactivate-access-key"]), event: keyMade }), [
      {
        playbook: "deactivate-access-key",
        targets: [{ accessKeyId: "AKIAIOSFODNN7EXAMPLE", userName: "carol" }],
      },
    ]));

  it("leave out a playbook that the event names nothing for", () =>
    assert.deepEqual(
      responsesOf({ rule: ruleWith(["cancel-key-deletion", "deactivate-access-key"]), event: keyMade }).map(
        ({ playbook }) => playbook,
      ),
      ["deactivate-access-key"],
    ));

  it("are none for a rule without a playbook", () =>
    assert.deepEqual(responsesOf({ rule: ruleWith(undefined), event: keyMade }), []));

  it("name no target where the restore function knows what to put back", () =>
    assert.deepEqual(responsesOf({ rule: ruleWith(["restore-trail"]), event: keyMade }), [
      { playbook: "restore-trail", targets: [] },
    ]));
});
