import type * as aws from "@pulumi/aws";

/** Lets CloudTrail take the role, and only on behalf of this one trail: no other trail may use it as its deputy. */
export function trailDeliveryTrustPolicy(args: {
  readonly accountId: string;
  readonly trailArn: string;
}): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowTrailToAssume",
        Effect: "Allow",
        Principal: { Service: "cloudtrail.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": args.accountId },
          ArnEquals: { "aws:SourceArn": args.trailArn },
        },
      },
    ],
  };
}

/** What the permissions of a trail's delivery role depend on. */
export interface TrailDeliveryPolicyArgs {
  /** Home Region of the trail. */
  readonly region: string;
  readonly accountId: string;
  /** ARN of the log group, without a trailing `:*`. */
  readonly logGroupArn: string;
  /** Organization id (`o-...`) when the trail is an organization trail. */
  readonly organizationId?: string;
}

/**
 * Lets CloudTrail write its own log streams of one log group, and nothing else (CloudTrail User Guide, "Role policy
 * document for CloudTrail to use CloudWatch Logs for monitoring"). A multi-Region trail writes the events of every
 * Region from its home Region; an organization trail writes to streams that start with the organization's id.
 */
export function trailDeliveryPolicy(args: TrailDeliveryPolicyArgs): aws.iam.PolicyDocument {
  const streams = [`${args.accountId}_CloudTrail_${args.region}*`];
  if (args.organizationId !== undefined) streams.push(`${args.organizationId}_*`);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowWritingTrailLogStreams",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: streams.map((stream) => `${args.logGroupArn}:log-stream:${stream}`),
      },
    ],
  };
}
