import { referenceOf } from "../../checks";
import { nist, securityHub } from "../../controls";
import type { GraphRule } from "../../rule";
import { CUSTOMER_KEY, TOPIC } from "../../tokens";
import { COMPLIANT, undecided, violation } from "../../verdict";

/** The AWS managed key, by alias name or alias ARN. Its policy cannot admit alarms or event rules as publishers. */
const AWS_MANAGED_KEY = /(^|:)alias\/aws\/sns$/;

export const topicUsesCustomerKey: GraphRule = {
  id: "topic-uses-customer-key",
  scope: "graph",
  service: "sns",
  severity: "medium",
  title: "SNS topics encrypt with a customer managed key",
  rationale:
    "alerts tell what was seen and where, and the AWS managed key refuses CloudWatch alarms as publishers",
  fix: "Set kmsMasterKeyId to a KMS key whose policy admits the topic's publishers.",
  controls: [securityHub("SNS.1"), ...nist("SC-13", "SC-28", "SC-28(1)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html#sns-1",
  types: TOPIC,
  check: (topic, graph) => {
    const key = referenceOf(topic, "kmsMasterKeyId", graph, CUSTOMER_KEY);
    if (key === "undecided") return undecided("kmsMasterKeyId");
    if (key === "absent") return violation("kmsMasterKeyId is not set");
    const reading = topic.read("kmsMasterKeyId");
    const isAwsManaged =
      reading.state === "known" && typeof reading.value === "string" && AWS_MANAGED_KEY.test(reading.value);
    return isAwsManaged ? violation("kmsMasterKeyId names the AWS managed key") : COMPLIANT;
  },
};
