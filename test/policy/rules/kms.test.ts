import { UNKNOWN_VALUE } from "../../support/analyzer";
import { type RuleCase, flagCases, testRuleCases } from "../../support/rule-cases";

describe("rules about kms", () => {
  testRuleCases([
    ...flagCases("key-rotates", "key", "enableKeyRotation", { absent: "violation" }),
    ...[
      { customerMasterKeySpec: "RSA_4096" },
      { keyUsage: "GENERATE_VERIFY_MAC" },
      { customKeyStoreId: "cks-1" },
    ].map((key): RuleCase => ({
      title: `a key that cannot rotate (${Object.keys(key).join()})`,
      changes: { key: { ...key, enableKeyRotation: undefined } },
      rule: "key-rotates",
      expect: "nothing",
    })),
    {
      title: "a key that does not rotate and whose kind is unknown",
      changes: { key: { enableKeyRotation: false, customerMasterKeySpec: UNKNOWN_VALUE.string } },
      rule: "key-rotates",
      expect: "undecided",
    },
  ]);
});
