import type * as aws from "@pulumi/aws";
import { keyAdministration, type KeyAdministration } from "./key-administration";
import { allowLogsToEncrypt } from "./logs-key-use";

/** What the policy of a trail's log group key depends on. */
export interface TrailLogGroupKeyPolicyArgs extends KeyAdministration {
  readonly region: string;
  /** ARN of the one log group the key is for, without a trailing `:*`. */
  readonly logGroupArn: string;
}

/** Key policy for the CloudWatch Logs group of a trail: the Logs service may use it for this group; nobody else has its data. */
export function trailLogGroupKeyPolicy(args: TrailLogGroupKeyPolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      ...keyAdministration(args),
      allowLogsToEncrypt(args.partition, args.region, args.logGroupArn),
    ],
  };
}
