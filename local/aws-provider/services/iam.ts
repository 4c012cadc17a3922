import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type * as aws from "@pulumi/aws";
import { defineResource, present } from "../resource";
import { changeTags, tagPairs } from "./tags";
import { jsonText } from "../values";

export const role = defineResource<aws.iam.RoleArgs>({
  type: "aws:iam/role:Role",
  required: ["assumeRolePolicy"],
  optional: [
    "description",
    "forceDetachPolicies",
    "maxSessionDuration",
    "name",
    "path",
    "permissionsBoundary",
    "tags",
  ],
  unsupported: ["inlinePolicies", "managedPolicyArns", "namePrefix"],
  replaceOn: ["name", "path"],
  outputs: ["arn", "createDate", "uniqueId"],
  defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  autoName: { property: "name", maxLength: 64 },

  async create({ inputs, aws }) {
    const { Role } = await aws.iam.send(
      new CreateRoleCommand({
        RoleName: inputs.name,
        AssumeRolePolicyDocument: jsonText(inputs.assumeRolePolicy),
        Description: inputs.description,
        MaxSessionDuration: inputs.maxSessionDuration,
        Path: inputs.path,
        PermissionsBoundary: inputs.permissionsBoundary,
        Tags: tagPairs(inputs.tags),
      }),
    );
    const { RoleName, Arn, CreateDate, RoleId } = present(Role, "the role");
    return {
      id: present(RoleName, "the role's name"),
      outputs: { arn: Arn, createDate: CreateDate?.toISOString(), uniqueId: RoleId },
    };
  },

  async update({ id, old, inputs, aws, changed }) {
    if (changed("assumeRolePolicy"))
      await aws.iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: id,
          PolicyDocument: jsonText(inputs.assumeRolePolicy),
        }),
      );
    if (changed("description", "maxSessionDuration"))
      await aws.iam.send(
        new UpdateRoleCommand({
          RoleName: id,
          Description: inputs.description ?? "",
          MaxSessionDuration: inputs.maxSessionDuration,
        }),
      );
    if (changed("permissionsBoundary"))
      await (inputs.permissionsBoundary === undefined
        ? aws.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: id }))
        : aws.iam.send(
            new PutRolePermissionsBoundaryCommand({
              RoleName: id,
              PermissionsBoundary: inputs.permissionsBoundary,
            }),
          ));
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.iam.send(new TagRoleCommand({ RoleName: id, Tags: tagPairs(tags) })),
      remove: (TagKeys) => aws.iam.send(new UntagRoleCommand({ RoleName: id, TagKeys })),
    });
  },

  async delete({ id, inputs, aws }) {
    if (inputs.forceDetachPolicies) await detachEverything(aws.iam, id);
    await aws.iam.send(new DeleteRoleCommand({ RoleName: id }));
  },
});

async function detachEverything(iam: IAMClient, RoleName: string): Promise<void> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies)
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
}

export const rolePolicy = defineResource<aws.iam.RolePolicyArgs>({
  type: "aws:iam/rolePolicy:RolePolicy",
  required: ["policy", "role"],
  optional: ["name"],
  unsupported: ["namePrefix"],
  replaceOn: ["name", "role"],
  outputs: [],
  autoName: { property: "name", maxLength: 128 },

  async create({ inputs, aws }) {
    await aws.iam.send(
      new PutRolePolicyCommand({
        RoleName: inputs.role,
        PolicyName: inputs.name,
        PolicyDocument: jsonText(inputs.policy),
      }),
    );
    return { id: `${inputs.role}:${inputs.name}` };
  },

  async update({ inputs, aws }) {
    await aws.iam.send(
      new PutRolePolicyCommand({
        RoleName: inputs.role,
        PolicyName: inputs.name,
        PolicyDocument: jsonText(inputs.policy),
      }),
    );
  },

  async delete({ inputs, aws }) {
    await aws.iam.send(new DeleteRolePolicyCommand({ RoleName: inputs.role, PolicyName: inputs.name }));
  },
});

/** IAM keeps five versions of a managed policy (IAM User Guide, "IAM and AWS STS quotas"). */
const POLICY_VERSIONS = 5;

export const policy = defineResource<aws.iam.PolicyArgs>({
  type: "aws:iam/policy:Policy",
  required: ["policy"],
  optional: ["delayAfterPolicyCreationInMs", "description", "name", "path", "tags"],
  unsupported: ["namePrefix"],
  replaceOn: ["description", "name", "path"],
  outputs: ["arn", "attachmentCount", "policyId"],
  defaults: { path: "/" },
  autoName: { property: "name", maxLength: 128 },

  async create({ inputs, aws }) {
    const { Policy } = await aws.iam.send(
      new CreatePolicyCommand({
        PolicyName: inputs.name,
        PolicyDocument: jsonText(inputs.policy),
        Description: inputs.description,
        Path: inputs.path,
        Tags: tagPairs(inputs.tags),
      }),
    );
    const { Arn, PolicyId } = present(Policy, "the policy");
    return {
      id: present(Arn, "the policy's ARN"),
      outputs: { arn: Arn, attachmentCount: 0, policyId: PolicyId },
    };
  },

  async update({ id, old, inputs, aws, changed }) {
    if (changed("policy")) {
      const versions = await oldVersions(aws.iam, id);
      if (versions.length === POLICY_VERSIONS - 1)
        await aws.iam.send(
          new DeletePolicyVersionCommand({ PolicyArn: id, VersionId: versions[versions.length - 1] }),
        );
      await aws.iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: id,
          PolicyDocument: jsonText(inputs.policy),
          SetAsDefault: true,
        }),
      );
    }
    await changeTags(old.tags, inputs.tags, {
      add: (tags) => aws.iam.send(new TagPolicyCommand({ PolicyArn: id, Tags: tagPairs(tags) })),
      remove: (TagKeys) => aws.iam.send(new UntagPolicyCommand({ PolicyArn: id, TagKeys })),
    });
  },

  async delete({ id, aws }) {
    for (const VersionId of await oldVersions(aws.iam, id))
      await aws.iam.send(new DeletePolicyVersionCommand({ PolicyArn: id, VersionId }));
    await aws.iam.send(new DeletePolicyCommand({ PolicyArn: id }));
  },
});

/** The versions that are not in force, newest first. */
async function oldVersions(iam: IAMClient, PolicyArn: string): Promise<string[]> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  return Versions.filter((version) => !version.IsDefaultVersion)
    .map(({ VersionId }) => present(VersionId, "a policy version's id"))
    .sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
}

export const rolePolicyAttachment = defineResource<aws.iam.RolePolicyAttachmentArgs>({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  required: ["policyArn", "role"],
  replaceOn: ["policyArn", "role"],
  outputs: [],

  async create({ inputs, aws }) {
    await aws.iam.send(new AttachRolePolicyCommand({ RoleName: inputs.role, PolicyArn: inputs.policyArn }));
    return { id: `${inputs.role}/${inputs.policyArn}` };
  },

  async delete({ inputs, aws }) {
    await aws.iam.send(new DetachRolePolicyCommand({ RoleName: inputs.role, PolicyArn: inputs.policyArn }));
  },
});
