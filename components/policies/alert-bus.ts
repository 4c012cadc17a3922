import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ALERT_SOURCE } from "../../detections/alert";
import { RESPONSE_DETAIL_TYPE } from "../../responses/record";

/** What the policy of the alert bus depends on. */
export interface AlertBusPolicyArgs {
  readonly partition: string;
  readonly accountId: pulumi.Input<string>;
  readonly busArn: pulumi.Input<string>;
  /** ARNs, wildcards allowed, of those who put alerts: the detect function's role, and administrators who test the way. */
  readonly publisherArns: pulumi.Input<string[]>;
  /** ARNs of the roles that respond: they tell what became of it, and can never put an alert. @default none */
  readonly responderArns: readonly pulumi.Input<string>[];
}

/**
 * Policy of the alert bus: the publishers put alerts, those who respond put outcomes, and nobody else puts anything
 * whatever IAM allows him, because a forged alert wakes people up and starts responses. Services are let be, so that
 * EventBridge can replay its archive.
 *
 * All are named by condition and not as principals: their roles need not exist yet.
 */
export function alertBusPolicy(args: AlertBusPolicyArgs): aws.iam.PolicyDocument {
  const account = pulumi.interpolate`arn:${args.partition}:iam::${args.accountId}:root`;
  const putEvents = { Action: "events:PutEvents", Resource: args.busArn };
  const everybody = pulumi
    .all([args.publisherArns, pulumi.all([...args.responderArns])])
    .apply(([publishers, responders]) => [...publishers, ...responders]);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PublishersPutAlerts",
        Effect: "Allow",
        Principal: { AWS: account },
        ...putEvents,
        Condition: { ArnLike: { "aws:PrincipalArn": args.publisherArns } },
      },
      ...respondersTellOutcomes(args, { Principal: { AWS: account }, ...putEvents }),
      {
        Sid: "NobodyElsePutsAlerts",
        Effect: "Deny",
        Principal: "*",
        ...putEvents,
        Condition: {
          ArnNotLike: { "aws:PrincipalArn": everybody },
          Bool: { "aws:PrincipalIsAWSService": "false" },
        },
      },
    ],
  };
}

/** The keys hold what every event of a call says of itself (EventBridge User Guide, "Using IAM policy conditions"). */
function respondersTellOutcomes(
  { responderArns }: AlertBusPolicyArgs,
  allowed: Pick<aws.iam.PolicyStatement, "Principal" | "Action" | "Resource">,
): aws.iam.PolicyStatement[] {
  if (responderArns.length === 0) return [];
  const byResponder = { ArnEquals: { "aws:PrincipalArn": [...responderArns] } };
  const refused = { ...allowed, Effect: "Deny" as const, Principal: "*" as const };
  return [
    {
      Sid: "RespondersTellOutcomes",
      Effect: "Allow",
      ...allowed,
      Condition: {
        ...byResponder,
        "ForAllValues:StringEquals": {
          "events:source": ALERT_SOURCE,
          "events:detail-type": RESPONSE_DETAIL_TYPE,
        },
        Null: { "events:source": "false", "events:detail-type": "false" },
      },
    },
    {
      Sid: "RespondersForgeNoAlerts",
      ...refused,
      Condition: {
        ...byResponder,
        "ForAnyValue:StringNotEquals": { "events:detail-type": RESPONSE_DETAIL_TYPE },
      },
    },
    {
      Sid: "RespondersForgeNoSource",
      ...refused,
      Condition: { ...byResponder, "ForAnyValue:StringNotEquals": { "events:source": ALERT_SOURCE } },
    },
  ];
}
