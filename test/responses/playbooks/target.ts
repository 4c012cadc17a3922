import type { Target, TargetIds } from "../../../responses/playbook";

/** A target in the account of the made-up worlds. */
export function target(ids: TargetIds): Target {
  return { partition: "aws", accountId: "111122223333", region: "us-east-1", ids };
}
