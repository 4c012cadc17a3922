import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { clientConfig, type EmulatorConnection } from "../connection";

/** The SDK clients of a replay, all of the stack's home region. */
export interface Clients {
  readonly s3: S3Client;
  readonly logs: CloudWatchLogsClient;
  readonly cloudWatch: CloudWatchClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

/** Clients that reach the local cloud and nothing else. */
export function connectClients(connection: EmulatorConnection): Clients {
  const config = clientConfig(connection);
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    logs: new CloudWatchLogsClient(config),
    cloudWatch: new CloudWatchClient(config),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
  };
}
