import { flagCases, referenceCases, testRuleCases } from "../../support/rule-cases";

describe("rules about cloudtrail", () => {
  testRuleCases([
    ...flagCases("trail-is-logging", "trail", "enableLogging", { absent: "nothing" }),
    ...flagCases("trail-covers-all-regions", "trail", "isMultiRegionTrail", { absent: "violation" }),
    ...flagCases("trail-validates-log-files", "trail", "enableLogFileValidation", { absent: "violation" }),
    ...referenceCases("trail-uses-customer-key", "trail", "kmsKeyId"),
    ...referenceCases("trail-delivers-to-cloudwatch-logs", "trail", "cloudWatchLogsGroupArn"),
    ...referenceCases("trail-delivers-to-cloudwatch-logs", "trail", "cloudWatchLogsRoleArn"),
  ]);
});
