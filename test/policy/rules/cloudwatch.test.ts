import { UNKNOWN_VALUE, secret } from "../../support/analyzer";
import { testRuleCases } from "../../support/rule-cases";

describe("rules about cloudwatch", () => {
  testRuleCases([
    {
      title: "no retention",
      changes: { logGroup: { retentionInDays: undefined } },
      rule: "log-group-has-retention",
      expect: "violation",
    },
    {
      title: "a retention of zero",
      changes: { logGroup: { retentionInDays: 0 } },
      rule: "log-group-has-retention",
      expect: "violation",
    },
    {
      title: "an unknown retention",
      changes: { logGroup: { retentionInDays: UNKNOWN_VALUE.number } },
      rule: "log-group-has-retention",
      expect: "undecided",
    },
    {
      title: "a secret retention",
      changes: { logGroup: { retentionInDays: secret(30) } },
      rule: "log-group-has-retention",
      expect: "nothing",
    },
    {
      title: "the delivery class",
      changes: { logGroup: { retentionInDays: undefined, logGroupClass: "DELIVERY" } },
      rule: "log-group-has-retention",
      expect: "nothing",
    },
  ]);
});
