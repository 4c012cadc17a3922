import type * as aws from "@pulumi/aws";
import { ALERT_DETAIL_TYPE, ALERT_SOURCE, REPEAT_DETAIL_TYPE } from "../../detections/alert";
import { viaS3 } from "./archive-key-policy";

/** What the detect function works with. */
export interface DetectRolePolicyArgs {
  readonly queueArns: readonly string[];
  readonly tableArn: string;
  readonly alertBusArn: string;
  /** Without a trailing `:*`. */
  readonly logGroupArn: string;
  /** The archive it reads log files from. @default none, and no complete path */
  readonly archive?: {
    readonly bucketArn: string;
    /** Key prefixes of log files, each ending with a slash. */
    readonly prefixes: readonly string[];
    readonly keyArn: string;
    /** Region of bucket and key. */
    readonly region: string;
  };
}

/**
 * What the detect function may do: read its queues and the log files, keep what it has decided, put alerts (and nothing
 * else) on the alert bus, write its log. Its use of the detector's key is in the key's own policy. The three queue
 * actions are those that an event source mapping needs (Lambda Developer Guide, "Using Lambda with Amazon SQS").
 */
export function detectRolePolicy(args: DetectRolePolicyArgs): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadQueues",
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
        Resource: [...args.queueArns],
      },
      ...readArchive(args.archive),
      {
        Sid: "KeepDecisions",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
        Resource: args.tableArn,
      },
      {
        Sid: "PutAlerts",
        Effect: "Allow",
        Action: "events:PutEvents",
        Resource: args.alertBusArn,
        // A call puts several events (EventBridge User Guide, "Using IAM policy conditions"); none is no reason to allow.
        Condition: {
          "ForAllValues:StringEquals": {
            "events:source": ALERT_SOURCE,
            "events:detail-type": [ALERT_DETAIL_TYPE, REPEAT_DETAIL_TYPE],
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

function readArchive(archive: DetectRolePolicyArgs["archive"]): aws.iam.PolicyStatement[] {
  if (archive === undefined) return [];
  return [
    {
      Sid: "ReadLogFiles",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: archive.prefixes.map((prefix) => `${archive.bucketArn}/${prefix}*`),
    },
    {
      Sid: "DecryptLogFiles",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: archive.keyArn,
      Condition: { StringLike: { "kms:ViaService": viaS3(archive.region) } },
    },
  ];
}
