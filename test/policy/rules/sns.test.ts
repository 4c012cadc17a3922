import { secret } from "../../support/analyzer";
import { type RuleCase, referenceCases, testRuleCases } from "../../support/rule-cases";

describe("rules about sns", () => {
  testRuleCases([
    ...referenceCases("topic-uses-customer-key", "topic", "kmsMasterKeyId"),
    ...["alias/aws/sns", "arn:aws:kms:eu-west-1:111122223333:alias/aws/sns", secret("alias/aws/sns")].map(
      (kmsMasterKeyId): RuleCase => ({
        title: `a topic with the AWS managed key (${typeof kmsMasterKeyId === "string" ? kmsMasterKeyId : "secret"})`,
        changes: { topic: { kmsMasterKeyId } },
        rule: "topic-uses-customer-key",
        expect: "violation",
      }),
    ),
  ]);
});
