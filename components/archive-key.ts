import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseArn } from "../formats/arn";

/** What the archive's key is made from. */
export interface ArchiveKeyArgs {
  readonly policy: pulumi.Input<aws.iam.PolicyDocument>;
  readonly keyDeletionWindowDays: number;
  /** Id or ARN of an existing key to import. */
  readonly adopt?: string;
}

/** The archive's key, and what must be there before its policy holds. */
export interface ArchiveKey {
  readonly key: aws.kms.Key;
  readonly ready: pulumi.Resource[];
}

/**
 * Makes the archive's key, or takes over an existing one.
 *
 * Pulumi imports only what matches the program, so that an adopted key's own properties are left alone while `adopt`
 * is set. Its policy cannot wait that long, as S3 refuses a topic whose key it may not use: it is put by a resource
 * of its own, which leaves the policy in place when `adopt` is cleared and the key takes over.
 */
export function archiveKey(
  name: string,
  args: ArchiveKeyArgs,
  opts: pulumi.CustomResourceOptions,
): ArchiveKey {
  const { adopt } = args;
  const policy = pulumi.jsonStringify(args.policy);
  const key = new aws.kms.Key(
    name,
    {
      description: "Encrypts the log archive and the topic that announces its files",
      enableKeyRotation: true,
      deletionWindowInDays: args.keyDeletionWindowDays,
      policy,
    },
    {
      ...opts,
      import: adopt && (parseArn(adopt)?.resource.replace(/^key\//, "") ?? adopt),
      ignoreChanges: adopt
        ? ["deletionWindowInDays", "description", "enableKeyRotation", "policy", "tags", "tagsAll"]
        : [],
    },
  );
  if (!adopt) return { key, ready: [key] };
  const adoptedPolicy = new aws.kms.KeyPolicy(
    `${name}-policy`,
    { keyId: key.id, policy },
    { ...opts, protect: false, retainOnDelete: true },
  );
  return { key, ready: [key, adoptedPolicy] };
}
