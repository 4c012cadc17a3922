import type * as aws from "@pulumi/aws";

/**
 * CloudWatch Logs may use a key for some log groups, each of which it names in the encryption context (CloudWatch Logs User
 * Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service"). Whoever reads the log group needs no
 * permission on the key.
 *
 * @param logGroupArns without a trailing `:*`
 */
export function allowLogsToEncrypt(
  partition: string,
  region: string,
  ...logGroupArns: readonly string[]
): aws.iam.PolicyStatement {
  // The service calls KMS under a regional principal, which has China's own DNS suffix there (documentation of
  // aws.getServicePrincipal).
  const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return {
    Sid: "AllowLogsToEncryptThisLogGroup",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.${suffix}` },
    Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
    Resource: "*",
    Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": [...logGroupArns] } },
  };
}
