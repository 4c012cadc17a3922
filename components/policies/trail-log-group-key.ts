import type * as aws from "@pulumi/aws";
import { keyAdministration, type KeyAdministration } from "./archive-key-policy";

/** What the policy of a trail's log group key depends on. */
export interface TrailLogGroupKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  /** ARN of the one log group the key is for, without a trailing `:*`. */
  readonly logGroupArn: string;
}

/**
 * Key policy for the CloudWatch Logs group of a trail: the Logs service may use the key for exactly this log group
 * (CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service"). Whoever reads
 * the log group needs no permission on the key, so nobody else has one on data.
 */
export function trailLogGroupKeyPolicy(args: TrailLogGroupKeyPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      {
        Sid: "AllowLogsToEncryptThisLogGroup",
        Effect: "Allow",
        Principal: { Service: logsServicePrincipal(args.partition, args.region) },
        Action: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
        Resource: "*",
        Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": args.logGroupArn } },
      },
    ],
  };
}

/**
 * CloudWatch Logs calls KMS under a regional principal, which has China's own DNS suffix there (documentation of
 * `aws.getServicePrincipal`).
 */
function logsServicePrincipal(partition: string, region: string): string {
  return `logs.${region}.${partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}`;
}
