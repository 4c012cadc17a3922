import assert from "node:assert/strict";
import { cloudTrailRecord } from "../../../local/respond/recorded-call";
import { deactivateAccessKey } from "../../../responses/playbooks/deactivate-access-key";

describe("the record of a call", () => {
  const by = {
    userName: "build-bot",
    arn: "arn:aws:iam::111122223333:user/build-bot",
    principalId: "AIDAEXAMPLE",
    key: { accessKeyId: "AKIAEXAMPLE0000000A1", secretAccessKey: "secret" },
  };
  const record = () =>
    cloudTrailRecord("111122223333", {
      by,
      service: "cloudtrail",
      name: "StopLogging",
      region: "eu-west-1",
      sourceIPAddress: "203.0.113.66",
      requestParameters: { name: "audit" },
    });

  it("says who, with which key, from where, what and when, as CloudTrail does", () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { eventTime, userIdentity, ...rest } = record();

    assert.match(eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(Date.parse(eventTime) >= before);
    assert.deepEqual(userIdentity, {
      type: "IAMUser",
      principalId: "AIDAEXAMPLE",
      arn: by.arn,
      accountId: "111122223333",
      accessKeyId: by.key.accessKeyId,
      userName: "build-bot",
    });
    assert.equal(rest.eventSource, "cloudtrail.amazonaws.com");
    assert.equal(rest.recipientAccountId, "111122223333");
    assert.deepEqual(rest.requestParameters, { name: "audit" });
  });

  it("never holds the secret, and is another event each time", () => {
    const [one, two] = [record(), record()];
    assert.ok(!JSON.stringify(one).includes('secret"'));
    assert.notEqual(one.eventID, two.eventID);
  });

  it("names the key that made it to the playbook for keys", () => {
    assert.deepEqual(deactivateAccessKey.targets(record()), [
      { userName: "build-bot", accessKeyId: by.key.accessKeyId },
    ]);
  });
});
