import type { Ec2World } from "../ec2-world-model";

/** An account in which there is nothing. */
export function emptyEc2(): Ec2World {
  return {
    accountId: "111122223333",
    vpcs: {},
    groups: {},
    instances: {},
    snapshots: {},
    images: {},
    next: 1,
  };
}
