import * as pulumi from "@pulumi/pulumi";
import { DetectFunction, type DetectFunctionArgs } from "../../components/detect-function";
import { Detector, type DetectorArgs } from "../../components/detector";
import { type Graph, type GraphOptions, recordGraph } from "../support/graph";
import { ACCOUNT } from "./policy-cases";

export const TOPIC_ARN = `arn:aws:sns:eu-west-1:${ACCOUNT}:archive-file-arrived-1a2b3c4`;
export const ARCHIVE_KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/archive`;
export const PATTERNS = ['{"source":["aws.iam"]}', '{"source":["aws.signin"]}'];

/** Records a detector with its function, as a program would build it. */
export function detectorGraph(
  change: Partial<DetectorArgs> = {},
  options: GraphOptions = {},
  functionChange: Partial<DetectFunctionArgs> = {},
): Promise<Graph> {
  return recordGraph(() => {
    const partition = options.partition ?? "aws";
    const region = options.region ?? "eu-west-1";
    const detector = new Detector("detector", {
      context: { accountId: ACCOUNT, region, partition },
      namePrefix: "trailkeeper-test",
      trailName: "audit",
      administrators: ["role/Admin"],
      monitoredRegions: [region, "us-east-1"],
      patterns: PATTERNS,
      fileArrivedTopicArn: TOPIC_ARN,
      archiveRegion: region,
      keyDeletionWindowDays: 30,
      protect: true,
      ...change,
    });
    new DetectFunction("detect", {
      detector,
      alertBusName: "trailkeeper-test-alerts",
      alertBusArn: `arn:${partition}:events:${region}:${ACCOUNT}:event-bus/trailkeeper-test-alerts`,
      archive: { bucketArn: "arn:aws:s3:::archive-1a2b3c4", keyArn: ARCHIVE_KEY_ARN, region },
      trailAccountId: ACCOUNT,
      files: pulumi.output({ "rules.json": '{"rules":[]}' }),
      logRetentionDays: 365,
      logDeletionProtection: true,
      ...functionChange,
    });
  }, options);
}
