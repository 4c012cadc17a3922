import type * as cloudtrail from "@aws-sdk/client-cloudtrail";
import type * as s3 from "@aws-sdk/client-s3";

interface Shape<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

/** Every AWS API operation that the restore function calls; the prefix is the SDK's client, as in responses/operations.ts. */
export interface RestoreOperations {
  "cloudtrail:GetTrail": Shape<cloudtrail.GetTrailCommandInput, cloudtrail.GetTrailCommandOutput>;
  "cloudtrail:GetTrailStatus": Shape<
    cloudtrail.GetTrailStatusCommandInput,
    cloudtrail.GetTrailStatusCommandOutput
  >;
  "cloudtrail:GetEventSelectors": Shape<
    cloudtrail.GetEventSelectorsCommandInput,
    cloudtrail.GetEventSelectorsCommandOutput
  >;
  "cloudtrail:GetInsightSelectors": Shape<
    cloudtrail.GetInsightSelectorsCommandInput,
    cloudtrail.GetInsightSelectorsCommandOutput
  >;
  "cloudtrail:StartLogging": Shape<cloudtrail.StartLoggingCommandInput, cloudtrail.StartLoggingCommandOutput>;
  "cloudtrail:UpdateTrail": Shape<cloudtrail.UpdateTrailCommandInput, cloudtrail.UpdateTrailCommandOutput>;
  "cloudtrail:PutEventSelectors": Shape<
    cloudtrail.PutEventSelectorsCommandInput,
    cloudtrail.PutEventSelectorsCommandOutput
  >;
  "cloudtrail:PutInsightSelectors": Shape<
    cloudtrail.PutInsightSelectorsCommandInput,
    cloudtrail.PutInsightSelectorsCommandOutput
  >;

  "s3:GetPublicAccessBlock": Shape<s3.GetPublicAccessBlockCommandInput, s3.GetPublicAccessBlockCommandOutput>;
  "s3:PutPublicAccessBlock": Shape<s3.PutPublicAccessBlockCommandInput, s3.PutPublicAccessBlockCommandOutput>;
  "s3:GetBucketPolicy": Shape<s3.GetBucketPolicyCommandInput, s3.GetBucketPolicyCommandOutput>;
  "s3:PutBucketPolicy": Shape<s3.PutBucketPolicyCommandInput, s3.PutBucketPolicyCommandOutput>;
}

export type RestoreOperation = keyof RestoreOperations;

/** Calls AWS in the stack's account and Region. Throws what the SDK throws. */
export type CallStack = <Operation extends RestoreOperation>(
  operation: Operation,
  input: RestoreOperations[Operation]["input"],
) => Promise<RestoreOperations[Operation]["output"]>;
