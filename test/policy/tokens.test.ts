import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { RULES } from "../../policy/src/rules";
import * as tokens from "../../policy/src/tokens";

/** Type token to provider class; the provider's own declarations leave the token out. */
const CLASSES: readonly unknown[] = [
  aws.cloudtrail.Trail,
  aws.cloudwatch.LogGroup,
  aws.dynamodb.Table,
  aws.iam.Role,
  aws.iam.RolePolicy,
  aws.iam.RolePolicyAttachment,
  aws.kms.Alias,
  aws.kms.ExternalKey,
  aws.kms.Key,
  aws.kms.ReplicaExternalKey,
  aws.kms.ReplicaKey,
  aws.lambda.Function,
  aws.s3.Bucket,
  aws.s3.BucketLogging,
  aws.s3.BucketLoggingV2,
  aws.s3.BucketObjectLockConfiguration,
  aws.s3.BucketObjectLockConfigurationV2,
  aws.s3.BucketPolicy,
  aws.s3.BucketPublicAccessBlock,
  aws.s3.BucketV2,
  aws.s3.BucketVersioning,
  aws.s3.BucketVersioningV2,
  aws.sns.Topic,
];
const providerTokens = CLASSES.map((type) => (type as { readonly __pulumiType: string }).__pulumiType);

describe("type tokens", () => {
  it("are those of the provider's classes, each of them", () => {
    const ours = Object.values(tokens).flat();
    assert.deepEqual(new Set(ours), new Set(providerTokens));
  });

  it("are the only types that rules speak about", () => {
    for (const rule of RULES) {
      if (rule.scope === "stack") continue;
      for (const type of rule.types) assert.ok(providerTokens.includes(type), `${rule.id}: ${type}`);
    }
  });
});
