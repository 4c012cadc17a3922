import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { clientConfig, type EmulatorConnection } from "../connection";

/** The SDK clients of one region. */
export interface AwsClients {
  readonly cloudTrail: CloudTrailClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly sts: STSClient;
}

/** Clients per region, made on first use and closed together. */
export class RegionalClients {
  readonly #byRegion = new Map<string, AwsClients>();

  constructor(private readonly connection: EmulatorConnection) {}

  in(region: string): AwsClients {
    const existing = this.#byRegion.get(region);
    if (existing) return existing;
    const config = clientConfig(this.connection, region);
    const clients: AwsClients = {
      cloudTrail: new CloudTrailClient(config),
      cloudWatch: new CloudWatchClient(config),
      dynamoDb: new DynamoDBClient(config),
      events: new EventBridgeClient(config),
      iam: new IAMClient(config),
      kms: new KMSClient(config),
      lambda: new LambdaClient(config),
      logs: new CloudWatchLogsClient(config),
      s3: new S3Client({ ...config, forcePathStyle: true }),
      sns: new SNSClient(config),
      // The queue URLs of the emulator carry the endpoint already.
      sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
      sts: new STSClient(config),
    };
    this.#byRegion.set(region, clients);
    return clients;
  }

  close(): void {
    for (const clients of this.#byRegion.values())
      for (const client of Object.values(clients) as { destroy(): void }[]) client.destroy();
    this.#byRegion.clear();
  }
}
