import fc from "fast-check";
import type { Ec2World, WorldGroup, WorldInstance } from "../ec2-world-model";
import { CONTEXT } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { INSTANCE } from "./instance-events";

export const VPC = "vpc-0000000000000000a";
export const OTHER_VPC = "vpc-0000000000000000b";
export const ENI = "eni-0000000000000000a";
export const OTHER_ENI = "eni-0000000000000000b";
export const WEB = "sg-0000000000000000a";
export const ADMIN = "sg-0000000000000000b";
export const ELSEWHERE = "sg-0000000000000000c";
export const ISOLATION = "sg-0000000000000000d";

const group = (name: string, vpcId: string, rules: WorldGroup["rules"] = {}, tags = {}): WorldGroup => ({
  name,
  vpcId,
  tags,
  rules,
});
/** A rule as EC2 gives it a new group. */
export const letsOut = { isEgress: true, ipProtocol: "-1", fromPort: -1, toPort: -1, cidr: "0.0.0.0/0" };
const ours = { "trailkeeper:purpose": "isolation" };
/** The isolation group of {@link VPC}. */
export const isolation = (rules: WorldGroup["rules"] = {}, tags: Record<string, string> = ours) =>
  group("trailkeeper-isolation", VPC, rules, tags);

/** Two VPCs with their groups, and no instance. */
export const WORLD: Ec2World = {
  ...emptyEc2(),
  next: 1000,
  vpcs: { [VPC]: { hasIpv6: false }, [OTHER_VPC]: { hasIpv6: true } },
  groups: {
    [WEB]: group("web", VPC, { "sgr-0a": { ...letsOut, isEgress: false } }),
    [ADMIN]: group("admin", VPC),
    [ELSEWHERE]: group("elsewhere", OTHER_VPC),
  },
};
export const INSTANCE_NOW: WorldInstance = {
  state: "running",
  httpTokens: "required",
  httpEndpoint: "enabled",
  interfaces: { [ENI]: { vpcId: VPC, groupIds: [WEB, ADMIN] } },
  volumes: ["vol-0a", "vol-0b"],
  tags: { Name: "web-1" },
};

const instance: fc.Arbitrary<WorldInstance> = fc.record({
  state: fc.constantFrom("running" as const, "stopped" as const, "running" as const, "terminated" as const),
  httpTokens: fc.constant("required" as const),
  httpEndpoint: fc.constant("enabled" as const),
  interfaces: fc.constantFrom<WorldInstance["interfaces"]>(
    { [ENI]: { vpcId: VPC, groupIds: [WEB, ADMIN] } },
    { [ENI]: { vpcId: VPC, groupIds: [ISOLATION] } },
    { [ENI]: { vpcId: VPC, groupIds: [ISOLATION] }, [OTHER_ENI]: { vpcId: VPC, groupIds: [WEB] } },
    { [OTHER_ENI]: { vpcId: OTHER_VPC, groupIds: [ELSEWHERE] }, [ENI]: { vpcId: VPC, groupIds: [ADMIN] } },
    { [ENI]: { vpcId: null, groupIds: [] } },
  ),
  volumes: fc.constantFrom<string[]>([], ["vol-0a"], ["vol-0a", "vol-0b"]),
  tags: fc.constantFrom<Record<string, string>>(
    {},
    { Name: "web-1" },
    { "trailkeeper:response": "earlier" },
    { "trailkeeper:response": CONTEXT.responseId },
  ),
});
/** Worlds with or without {@link INSTANCE}, isolated in whole, in part or not at all. */
export const isolationWorlds: fc.Arbitrary<Ec2World> = fc
  .record({
    found: fc.option(instance, { freq: 10 }),
    isolation: fc.constantFrom(
      isolation(),
      isolation({ "sgr-0b": letsOut }),
      isolation({ "sgr-0b": { ...letsOut, isEgress: false }, "sgr-0c": { ...letsOut, cidr: "::/0" } }),
    ),
    hasIpv6: fc.boolean(),
    snapshots: fc.constantFrom<readonly string[]>(
      [],
      ["earlier"],
      [CONTEXT.responseId],
      ["earlier", "other"],
    ),
    isMissing: fc.boolean(),
  })
  .map(({ found, isolation: existing, hasIpv6, snapshots, isMissing }): Ec2World => {
    const isUsed = Object.values(found?.interfaces ?? {}).some(({ groupIds }) =>
      groupIds.includes(ISOLATION),
    );
    return {
      ...WORLD,
      vpcs: { ...WORLD.vpcs, [VPC]: { hasIpv6 } },
      groups: { ...WORLD.groups, ...((isUsed || !isMissing) && { [ISOLATION]: existing }) },
      instances: found ? { [INSTANCE]: found } : {},
      snapshots: Object.fromEntries(
        snapshots.map((by, index) => [
          `snap-0${index}`,
          { tags: { "trailkeeper:instance": INSTANCE, "trailkeeper:response": by }, sharedWith: [] },
        ]),
      ),
    };
  });
