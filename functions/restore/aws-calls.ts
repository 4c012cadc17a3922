import {
  CloudTrailClient,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { CallStack, RestoreOperation, RestoreOperations } from "./operations";

/** A command's class as far as it is told apart here: by what it takes. */
type CommandOf<Operation extends RestoreOperation> = new (input: RestoreOperations[Operation]["input"]) => {
  readonly input: RestoreOperations[Operation]["input"];
};

const COMMANDS: { readonly [Operation in RestoreOperation]: CommandOf<Operation> } = {
  "cloudtrail:GetTrail": GetTrailCommand,
  "cloudtrail:GetTrailStatus": GetTrailStatusCommand,
  "cloudtrail:GetEventSelectors": GetEventSelectorsCommand,
  "cloudtrail:GetInsightSelectors": GetInsightSelectorsCommand,
  "cloudtrail:StartLogging": StartLoggingCommand,
  "cloudtrail:UpdateTrail": UpdateTrailCommand,
  "cloudtrail:PutEventSelectors": PutEventSelectorsCommand,
  "cloudtrail:PutInsightSelectors": PutInsightSelectorsCommand,
  "s3:GetPublicAccessBlock": GetPublicAccessBlockCommand,
  "s3:PutPublicAccessBlock": PutPublicAccessBlockCommand,
  "s3:GetBucketPolicy": GetBucketPolicyCommand,
  "s3:PutBucketPolicy": PutBucketPolicyCommand,
};

/** A client as the table of commands needs it: operation and client are of the same service by their names. */
interface AnyClient {
  send(command: unknown): Promise<unknown>;
}

/** The clients that the calls are made with; both of the stack's Region. */
export interface StackClients {
  readonly cloudtrail: CloudTrailClient;
  readonly s3: S3Client;
}

/**
 * CloudTrail throttles changes of trails early, and the whole account together (CloudTrail User Guide, "Quotas"): more
 * tries than the SDK's three, since an attacker's own calls may be in the way. What hangs must fail while there is time.
 */
const CLIENT_SETTINGS = {
  maxAttempts: 6,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

export function stackClients(): StackClients {
  return { cloudtrail: new CloudTrailClient(CLIENT_SETTINGS), s3: new S3Client(CLIENT_SETTINGS) };
}

/** Calls AWS with these clients. */
export function stackCalls(clients: StackClients): CallStack {
  const call = <Operation extends RestoreOperation>(
    operation: Operation,
    input: RestoreOperations[Operation]["input"],
  ): Promise<unknown> => {
    const client: AnyClient = operation.startsWith("s3:") ? clients.s3 : clients.cloudtrail;
    return client.send(new COMMANDS[operation](input));
  };
  return call as CallStack;
}
