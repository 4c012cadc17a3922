import { parseArn } from "../formats/arn";
import type { ReplayTarget } from "./replay/replay";
import type { ResponderTarget } from "./respond/exercise";
import type { Operation } from "./stack/bring-up";

/** The pipeline that a `pulumi up` has built, by the stack's outputs. @throws Error naming one that is missing */
export function deployedPipeline({ outputs }: Operation): ReplayTarget {
  const output = (name: string) => textOutput(outputs, name);
  const { forwardingRuleNames } = outputs;
  if (typeof forwardingRuleNames !== "object" || forwardingRuleNames === null)
    throw new Error("the stack has no output forwardingRuleNames");
  const trail = parseArn(output("trailArn"));
  if (!trail) throw new Error("the stack's output trailArn is no ARN");
  return {
    bucketName: output("archiveBucketName"),
    accountId: trail.accountId,
    trailName: trail.resource.replace(/^trail\//, ""),
    trailRegion: trail.region,
    fileArrivedTopicArn: output("fileArrivedTopicArn"),
    logGroupName: output("logGroupName"),
    alertBusName: output("alertBusName"),
    rawEventBusArn: output("rawEventBusArn"),
    monitoredRegions: Object.keys(forwardingRuleNames),
    detectFunctionName: output("detectFunctionName"),
    notifyFunctionArn: output("notifyFunctionArn"),
    rawQueueUrl: output("rawQueueUrl"),
    archiveQueueUrl: output("archiveQueueUrl"),
    topicArns: { page: output("pageTopicArn"), notice: output("noticeTopicArn") },
  };
}

/** The responder that a `pulumi up` has built, by the stack's outputs. @throws Error naming one that is missing */
export function deployedResponder({ outputs }: Operation): ResponderTarget {
  const output = (name: string) => textOutput(outputs, name);
  return {
    trailArn: output("trailArn"),
    responseTableName: output("responseTableName"),
    respondFunctionName: output("respondFunctionName"),
    respondQueueUrl: output("respondQueueUrl"),
    restoreFunctionName: output("restoreFunctionName"),
    restoreQueueUrl: output("restoreQueueUrl"),
  };
}

function textOutput(outputs: Operation["outputs"], name: string): string {
  const value = outputs[name];
  if (typeof value !== "string") throw new Error(`the stack has no output ${name}`);
  return value;
}
