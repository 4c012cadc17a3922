/** EC2 of one account and Region, everything by id, as plain data. */
export interface Ec2World {
  readonly accountId: string;
  readonly vpcs: Record<string, { readonly hasIpv6: boolean }>;
  readonly groups: Record<string, WorldGroup>;
  readonly instances: Record<string, WorldInstance>;
  readonly snapshots: Record<string, WorldSnapshot>;
  readonly images: Record<string, { sharedWith: string[] }>;
  /** Number that the next id is made of. */
  next: number;
}

export interface WorldGroup {
  readonly name: string;
  readonly vpcId: string;
  readonly tags: Record<string, string>;
  readonly rules: Record<string, WorldRule>;
}

export interface WorldRule {
  readonly isEgress: boolean;
  readonly ipProtocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidr: string;
  readonly description?: string;
  readonly tags?: Record<string, string>;
}

export interface WorldInstance {
  state: "running" | "stopped" | "shutting-down" | "terminated";
  httpTokens: "required" | "optional";
  readonly httpEndpoint: "enabled" | "disabled";
  readonly interfaces: Record<string, { readonly vpcId: string | null; groupIds: string[] }>;
  /** Ids of its EBS volumes. */
  readonly volumes: readonly string[];
  readonly tags: Record<string, string>;
  readonly managedBy?: string;
}

export interface WorldSnapshot {
  readonly tags: Record<string, string>;
  sharedWith: string[];
}
