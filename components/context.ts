import type * as pulumi from "@pulumi/pulumi";

/** Where a stack deploys to: what ARNs are made of. */
export interface CloudContext {
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`... */
  readonly partition: string;
}
