import type * as aws from "@pulumi/aws";
import { ALERT_SOURCE } from "../../detections/alert";
import { BY_TIME_INDEX } from "../../functions/respond/table";
import { RESPONSE_DETAIL_TYPE } from "../../responses/record";
import { RESTORED_ON_BUCKET } from "./archive-denials";

/** What the restore function works with. */
export interface RestoreRolePolicyArgs {
  /** In `observe` it may look, and change nothing. */
  readonly mode: "observe" | "enforce";
  readonly queueArn: string;
  readonly tableArn: string;
  readonly alertBusArn: string;
  /** Without a trailing `:*`. */
  readonly logGroupArn: string;
  readonly trailArn: string;
  /** Role by which CloudTrail writes to CloudWatch Logs. */
  readonly deliveryRoleArn: string;
  /** The archive's bucket. @default none: the trail alone is restored */
  readonly archiveBucketArn?: string;
}

/**
 * What the restore function may do: read its queue, look at the trail and the archive's bucket, put back what the stack
 * deployed of them, keep records, tell the alert bus what became of it (and nothing else), write its log. Of what it may
 * write, the trail's and the bucket policy's contents are beyond what IAM can say: its code takes both from the file that
 * it is deployed with.
 */
export function restoreRolePolicy(args: RestoreRolePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadQueue",
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: args.queueArn,
      },
      {
        Sid: "LookAtTrail",
        Effect: "Allow",
        Action: [
          "cloudtrail:GetEventSelectors",
          "cloudtrail:GetInsightSelectors",
          "cloudtrail:GetTrail",
          "cloudtrail:GetTrailStatus",
        ],
        Resource: args.trailArn,
      },
      ...lookAtArchive(args),
      ...(args.mode === "enforce" ? putBack(args) : []),
      {
        Sid: "KeepRecords",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        Resource: args.tableArn,
      },
      {
        // Records are evidence: only what holds the trail while it is worked on goes again.
        Sid: "GiveLockBack",
        Effect: "Allow",
        Action: "dynamodb:DeleteItem",
        Resource: args.tableArn,
        Condition: {
          "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["lock"] },
          Null: { "dynamodb:LeadingKeys": "false" },
        },
      },
      {
        Sid: "LookAtLatestRecords",
        Effect: "Allow",
        Action: "dynamodb:Query",
        Resource: `${args.tableArn}/index/${BY_TIME_INDEX.name}`,
      },
      {
        Sid: "TellOutcome",
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: args.alertBusArn,
        // A call puts several events (EventBridge User Guide, "Using IAM policy conditions"); none is no reason to allow.
        Condition: {
          "ForAllValues:StringEquals": {
            "events:source": ALERT_SOURCE,
            "events:detail-type": RESPONSE_DETAIL_TYPE,
          },
          Null: { "events:source": "false", "events:detail-type": "false" },
        },
      },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${args.logGroupArn}:*`,
      },
    ],
  };
}

function lookAtArchive({ archiveBucketArn }: RestoreRolePolicyArgs): aws.iam.PolicyStatement[] {
  if (archiveBucketArn === undefined) return [];
  return [
    {
      Sid: "LookAtArchive",
      Effect: "Allow",
      Action: ["s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock"],
      Resource: archiveBucketArn,
    },
  ];
}

function putBack({
  trailArn,
  deliveryRoleArn,
  archiveBucketArn,
}: RestoreRolePolicyArgs): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "PutTrailBack",
      Effect: "Allow",
      Action: [
        "cloudtrail:PutEventSelectors",
        "cloudtrail:PutInsightSelectors",
        "cloudtrail:StartLogging",
        "cloudtrail:UpdateTrail",
      ],
      Resource: trailArn,
    },
    {
      // UpdateTrail hands the role to CloudTrail where the delivery to CloudWatch Logs has to be put back.
      Sid: "PassDeliveryRole",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: deliveryRoleArn,
      Condition: { StringEquals: { "iam:PassedToService": "cloudtrail.amazonaws.com" } },
    },
    ...(archiveBucketArn === undefined
      ? []
      : [
          {
            Sid: "PutArchiveBack",
            Effect: "Allow" as const,
            Action: [...RESTORED_ON_BUCKET],
            Resource: archiveBucketArn,
          },
        ]),
  ];
}
