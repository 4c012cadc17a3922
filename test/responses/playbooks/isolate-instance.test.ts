import assert from "node:assert/strict";
import type { InstanceState } from "../../../responses/isolation-state";
import { isolateInstance } from "../../../responses/playbooks/isolate-instance";
import { serveEc2 } from "../ec2-world";
import type { Ec2World, WorldGroup, WorldInstance } from "../ec2-world-model";
import { fakeAws } from "../fake-aws";
import { makeCalls } from "../make-calls";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { INSTANCE } from "./instance-events";
import {
  ADMIN,
  ELSEWHERE,
  ENI,
  INSTANCE_NOW,
  ISOLATION,
  OTHER_ENI,
  OTHER_VPC,
  VPC,
  WEB,
  WORLD,
  isolation,
  isolationWorlds,
  letsOut,
} from "./isolation-worlds";
import { target } from "./target";

const suspect = target({ instanceId: INSTANCE });

describe("isolate-instance", () => {
  checkPlaybookLaws<InstanceState, Ec2World>({
    playbook: isolateInstance,
    targets: [suspect],
    worlds: isolationWorlds,
    serve: serveEc2,
    // The snapshots stay, as evidence, and so does the group, without rules.
    comparable: ({ interfaces, isolatedBy }) => ({ interfaces, isolatedBy }),
    meddlings: [
      {
        title: "somebody has given it groups by hand",
        leaves: "theirs",
        change({ instances }) {
          for (const one of Object.values(instances[INSTANCE]?.interfaces ?? {}))
            one.groupIds = [one.vpcId === VPC ? ADMIN : ELSEWHERE];
        },
      },
      {
        title: "somebody has tagged it for another response, and detached what was isolated",
        leaves: "everything",
        change({ instances }) {
          const found = instances[INSTANCE];
          if (!found) return;
          found.tags["trailkeeper:response"] = "later";
          for (const one of Object.values(found.interfaces))
            one.groupIds = [one.vpcId === VPC ? WEB : ELSEWHERE];
        },
      },
    ],
  });

  const withInstance = (changes: Partial<WorldInstance> = {}, groups: Ec2World["groups"] = {}): Ec2World =>
    structuredClone({
      ...WORLD,
      groups: { ...WORLD.groups, ...groups },
      instances: { [INSTANCE]: { ...INSTANCE_NOW, ...changes } },
    });
  const read = async (world: Ec2World) => {
    const aws = fakeAws(serveEc2(world));
    const state = await isolateInstance.read(suspect, aws.call);
    assert.ok(state);
    return { state, call: aws.call };
  };

  it("makes the group, empties it, moves every interface, marks the instance and takes snapshots, in this order", async () => {
    const { state } = await read(
      withInstance({
        interfaces: {
          [OTHER_ENI]: { vpcId: OTHER_VPC, groupIds: [ELSEWHERE] },
          [ENI]: { vpcId: VPC, groupIds: [WEB] },
        },
      }),
    );
    const calls = isolateInstance.contain(suspect, state, CONTEXT);
    assert.deepEqual(
      calls.map(({ operation, as }) => (as === undefined ? operation : `${operation} as ${as}`)),
      [
        "ec2:CreateSecurityGroup as group1",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:CreateSecurityGroup as group2",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:ModifyNetworkInterfaceAttribute",
        "ec2:CreateTags",
        "ec2:CreateSnapshots",
      ],
    );
    assert.deepEqual(calls[3]?.input, {
      GroupId: "${group2.GroupId}",
      IpPermissions: [
        { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }], Ipv6Ranges: [{ CidrIpv6: "::/0" }] },
      ],
    });
    assert.deepEqual(calls[4]?.input, { NetworkInterfaceId: ENI, Groups: ["${group1.GroupId}"] });
    assert.equal(
      isolateInstance.words(suspect, state).did,
      `Isolated instance ${INSTANCE} (2 network interfaces) and took snapshots of its volumes`,
    );
  });

  it("takes snapshots of every volume once, and keeps them when it is undone", async () => {
    const world = withInstance();
    const { state: before, call } = await read(world);
    await makeCalls(isolateInstance.contain(suspect, before, CONTEXT), call);
    const { state: contained } = await read(world);
    await makeCalls(isolateInstance.contain(suspect, contained, CONTEXT), call);
    await makeCalls(isolateInstance.undo(suspect, before, contained, CONTEXT), call);

    assert.deepEqual(
      Object.values(world.snapshots).map(({ tags }) => tags),
      [1, 2].map(() => ({ "trailkeeper:response": CONTEXT.responseId, "trailkeeper:instance": INSTANCE })),
    );
    assert.deepEqual(world.instances[INSTANCE]?.tags, { Name: "web-1" });
    assert.deepEqual(world.instances[INSTANCE]?.interfaces[ENI]?.groupIds.sort(), [WEB, ADMIN]);
    assert.equal(
      Object.values(world.groups).filter(({ name }) => name === "trailkeeper-isolation").length,
      1,
    );
  });

  const isolated = (rules: WorldGroup["rules"] = {}, tags: Record<string, string> = {}) =>
    withInstance(
      { interfaces: { [ENI]: { vpcId: VPC, groupIds: [ISOLATION] } }, volumes: [], tags },
      { [ISOLATION]: isolation(rules) },
    );

  it("empties a group that somebody has given rules, though the instance is in it", async () => {
    const { state } = await read(isolated({ "sgr-0b": letsOut }, { "trailkeeper:response": "earlier" }));
    assert.equal(isolateInstance.isContained(suspect, state, CONTEXT), false);
    assert.deepEqual(isolateInstance.contain(suspect, state, CONTEXT)[0], {
      operation: "ec2:RevokeSecurityGroupEgress",
      input: { GroupId: ISOLATION, SecurityGroupRuleIds: ["sgr-0b"] },
    });
  });

  it("marks an instance that somebody has put into the group", async () => {
    const { state } = await read(isolated());
    assert.equal(isolateInstance.isContained(suspect, state, CONTEXT), false);
    assert.deepEqual(
      isolateInstance.contain(suspect, state, CONTEXT).map(({ operation }) => operation),
      ["ec2:CreateTags"],
    );
  });

  it("has nothing to do on an instance that another response has isolated", async () => {
    const { state } = await read({
      ...withInstance(
        {
          interfaces: { [ENI]: { vpcId: VPC, groupIds: [ISOLATION] } },
          tags: { "trailkeeper:response": "earlier" },
        },
        { [ISOLATION]: isolation() },
      ),
      snapshots: {
        "snap-01": {
          tags: { "trailkeeper:response": "earlier", "trailkeeper:instance": INSTANCE },
          sharedWith: [],
        },
      },
    });
    assert.equal(isolateInstance.isContained(suspect, state, CONTEXT), true);
  });

  it("takes no snapshots where there are no volumes", async () => {
    const { state } = await read(withInstance({ volumes: [] }));
    assert.ok(
      isolateInstance
        .contain(suspect, state, CONTEXT)
        .every(({ operation }) => operation !== "ec2:CreateSnapshots"),
    );
    assert.doesNotMatch(isolateInstance.words(suspect, state).did, /snapshots/);
  });

  const refusals: [string, Ec2World, RegExp][] = [
    [
      "it is in no VPC",
      withInstance({ interfaces: { [ENI]: { vpcId: null, groupIds: [] } } }),
      /no network interface in a VPC/,
    ],
    ["an AWS service manages it", withInstance({ managedBy: "eks.amazonaws.com" }), /eks\.amazonaws\.com/],
    [
      "somebody else has made a group of that name",
      withInstance({}, { [ISOLATION]: isolation({}, {}) }),
      /somebody else/,
    ],
  ];
  for (const [title, world, expected] of refusals) {
    it(`refuses when ${title}`, async () => {
      const { state } = await read(world);
      assert.match(isolateInstance.refusal?.(suspect, state, CONTEXT) ?? "", expected);
    });
  }

  for (const [title, world] of [
    ["there is no such instance", emptyEc2()],
    ["it is terminated", withInstance({ state: "terminated" })],
    ["it is being terminated", withInstance({ state: "shutting-down" })],
  ] as const) {
    it(`finds nothing when ${title}`, async () => {
      assert.equal(await isolateInstance.read(suspect, fakeAws(serveEc2(world)).call), undefined);
    });
  }
});
