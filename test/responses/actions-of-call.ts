import { valueAt } from "../../responses/event-fields";
import type { OperationName } from "../../responses/operations";
import type { MadeCall } from "./fake-aws";

/** Operations whose IAM action has another name (Service Authorization Reference, Amazon S3). */
const RENAMED: { readonly [Operation in OperationName]?: string } = {
  "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  // There is no action for the deletion.
  "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

/** The IAM actions that a call needs. */
export function actionsOf({ operation, input }: MadeCall): readonly string[] {
  const action = RENAMED[operation] ?? operation;
  // EC2 asks for this too where something is tagged as it is created (EC2 User Guide, "Tag resources during creation").
  const tagging = operation.startsWith("ec2:") && valueAt(input, "TagSpecifications") !== undefined;
  return tagging ? [action, "ec2:CreateTags"] : [action];
}
