import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  NotFoundException,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import type * as aws from "@pulumi/aws";
import { defineResource, present, type Operation } from "../resource";
import { changeTags } from "./tags";
import { jsonText } from "../values";

async function setRotation(
  { aws: { kms }, inputs }: Pick<Operation<aws.kms.KeyArgs>, "aws" | "inputs">,
  KeyId: string,
): Promise<void> {
  await kms.send(
    inputs.enableKeyRotation
      ? new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: inputs.rotationPeriodInDays })
      : new DisableKeyRotationCommand({ KeyId }),
  );
}

export const key = defineResource<aws.kms.KeyArgs>({
  type: "aws:kms/key:Key",
  optional: [
    "bypassPolicyLockoutSafetyCheck",
    "customerMasterKeySpec",
    "deletionWindowInDays",
    "description",
    "enableKeyRotation",
    "isEnabled",
    "keyUsage",
    "multiRegion",
    "policy",
    "region",
    "rotationPeriodInDays",
    "tags",
  ],
  unsupported: ["customKeyStoreId", "xksKeyId"],
  replaceOn: ["customerMasterKeySpec", "keyUsage", "multiRegion"],
  outputs: ["arn", "keyId"],
  defaults: {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },

  async create({ inputs, aws }) {
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
        Description: inputs.description,
        KeySpec: inputs.customerMasterKeySpec as "SYMMETRIC_DEFAULT",
        KeyUsage: inputs.keyUsage as "ENCRYPT_DECRYPT",
        MultiRegion: inputs.multiRegion,
        Policy: inputs.policy,
        Tags: Object.entries(inputs.tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    const { KeyId, Arn } = present(KeyMetadata, "the key");
    const id = present(KeyId, "the key's id");
    if (inputs.enableKeyRotation) await setRotation({ aws, inputs }, id);
    if (inputs.isEnabled === false) await aws.kms.send(new DisableKeyCommand({ KeyId: id }));
    return { id, outputs: { arn: Arn, keyId: id } };
  },

  async update({ id, old, inputs, aws, changed }) {
    if (changed("description"))
      await aws.kms.send(
        new UpdateKeyDescriptionCommand({ KeyId: id, Description: inputs.description ?? "" }),
      );
    if (changed("policy") && inputs.policy !== undefined)
      await aws.kms.send(
        new PutKeyPolicyCommand({
          KeyId: id,
          Policy: jsonText(inputs.policy),
          BypassPolicyLockoutSafetyCheck: inputs.bypassPolicyLockoutSafetyCheck,
        }),
      );
    if (changed("isEnabled") && inputs.isEnabled !== false)
      await aws.kms.send(new EnableKeyCommand({ KeyId: id }));
    if (changed("enableKeyRotation", "rotationPeriodInDays")) await setRotation({ aws, inputs }, id);
    if (changed("isEnabled") && inputs.isEnabled === false)
      await aws.kms.send(new DisableKeyCommand({ KeyId: id }));
    await changeTags(old.tags, inputs.tags, {
      add: (tags) =>
        aws.kms.send(
          new TagResourceCommand({
            KeyId: id,
            Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
          }),
        ),
      remove: (TagKeys) => aws.kms.send(new UntagResourceCommand({ KeyId: id, TagKeys })),
    });
  },

  async delete({ id, inputs, aws }) {
    await aws.kms.send(
      new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: inputs.deletionWindowInDays }),
    );
  },

  async exists({ id, aws }) {
    try {
      const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: id }));
      return KeyMetadata?.KeyState !== "PendingDeletion";
    } catch (error) {
      if (error instanceof NotFoundException) return false;
      throw error;
    }
  },
});

export const alias = defineResource<aws.kms.AliasArgs>({
  type: "aws:kms/alias:Alias",
  required: ["targetKeyId"],
  optional: ["name", "region"],
  unsupported: ["namePrefix"],
  replaceOn: ["name"],
  outputs: ["arn", "targetKeyArn"],
  autoName: { property: "name", prefix: "alias/", maxLength: 256 },

  async create({ inputs, aws, location }) {
    const name = present(inputs.name, "a name");
    await aws.kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: inputs.targetKeyId }));
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: inputs.targetKeyId }));
    return {
      id: name,
      outputs: {
        arn: `arn:${location.partition}:kms:${location.region}:${location.accountId}:${name}`,
        targetKeyArn: KeyMetadata?.Arn,
      },
    };
  },

  async update({ id, inputs, aws }) {
    await aws.kms.send(new UpdateAliasCommand({ AliasName: id, TargetKeyId: inputs.targetKeyId }));
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId: inputs.targetKeyId }));
    return { targetKeyArn: KeyMetadata?.Arn };
  },

  async delete({ id, aws }) {
    await aws.kms.send(new DeleteAliasCommand({ AliasName: id }));
  },
});
