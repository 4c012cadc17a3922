import assert from "node:assert/strict";
import { complianceAcknowledgement, describeLock } from "../../settings/lock";
import { settingsOf } from "./stack-config";

const NOW = new Date("2026-02-28T23:30:00Z");

describe("describeLock", () => {
  it("says until when and who can delete sooner under governance", () => {
    assert.equal(
      describeLock(settingsOf({ lockDays: 1 }), NOW),
      "Log files that arrive today cannot be deleted before 2026-03-01 (governance lock of 1 day), " +
        "except by an archive administrator who bypasses governance retention.",
    );
  });

  it("says that nobody can under compliance", () => {
    const settings = settingsOf({
      lockMode: "compliance",
      lockDays: 365,
      acknowledgeComplianceLock: complianceAcknowledgement(365),
    });
    assert.match(
      describeLock(settings, NOW),
      /before 2027-02-28 \(compliance lock of 365 days\), by anyone, root included/,
    );
  });

  const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/0123abcd-0123-4567-89ab-0123456789ab";
  for (const [title, overrides] of [
    ["another stack's", { deployment: "trail", archive: { bucketName: "example-archive", keyArn } }],
    ["an existing", { existingBucketName: "example-archive", existingKeyArn: keyArn }],
  ] as const) {
    it(`promises nothing about ${title} bucket`, () => {
      assert.match(
        describeLock(settingsOf(overrides), NOW),
        /bucket example-archive, which this stack does not manage/,
      );
    });
  }
});
