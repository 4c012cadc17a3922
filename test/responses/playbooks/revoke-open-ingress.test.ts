import assert from "node:assert/strict";
import fc from "fast-check";
import { revokeOpenIngress } from "../../../responses/playbooks/revoke-open-ingress";
import { serveEc2 } from "../ec2-world";
import type { Ec2World, WorldRule } from "../ec2-world-model";
import { fakeAws } from "../fake-aws";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { target } from "./target";

const GROUP = "sg-0123456789abcdef0";
const RULES = ["sgr-00000000000000001", "sgr-00000000000000002", "sgr-00000000000000003"] as const;
const [FIRST, SECOND] = RULES;

describe("revoke-open-ingress", () => {
  const rule: fc.Arbitrary<WorldRule> = fc
    .record({
      isEgress: fc.boolean(),
      ports: fc.constantFrom<[string, number, number][]>(
        ["tcp", 22, 22],
        ["tcp", 443, 443],
        ["tcp", 80, 443],
        ["udp", 443, 443],
        ["icmp", -1, -1],
        ["-1", -1, -1],
      ),
      cidr: fc.constantFrom("0.0.0.0/0", "::/0", "10.0.0.0/8"),
      description: fc.option(fc.constant("for the office")),
      tags: fc.option(
        fc.constantFrom<Record<string, string>[]>(
          { team: "web" },
          { "aws:cloudformation:stack-name": "web" },
        ),
      ),
    })
    .map(({ isEgress, ports: [ipProtocol, fromPort, toPort], cidr, description, tags }): WorldRule => ({
      isEgress,
      ipProtocol,
      fromPort,
      toPort,
      cidr,
      ...(description !== null && { description }),
      ...(tags !== null && { tags }),
    }));
  const contentOf = ({ isEgress, ipProtocol, fromPort, toPort, cidr }: WorldRule) =>
    JSON.stringify([isEgress, ipProtocol, fromPort, toPort, cidr]);
  const worlds: fc.Arbitrary<Ec2World> = fc
    .option(fc.uniqueArray(rule, { selector: contentOf, maxLength: 3 }), { freq: 8 })
    .map((rules): Ec2World => ({
      ...emptyEc2(),
      // The ids of rules that are made later.
      next: 100,
      groups: rules
        ? {
            [GROUP]: {
              name: "web",
              vpcId: "vpc-0123456789abcdef0",
              tags: {},
              rules: Object.fromEntries(rules.map((one, index) => [RULES[index] ?? "", one])),
            },
          }
        : {},
    }));

  checkPlaybookLaws({
    playbook: revokeOpenIngress,
    targets: [
      target({ groupId: GROUP, securityGroupRuleIds: `${FIRST},${SECOND}` }),
      target({ groupId: GROUP, ipPermissions: "tcp 22-22 0.0.0.0/0,tcp 22-22 ::/0,-1 -1--1 0.0.0.0/0" }),
    ],
    worlds,
    serve: serveEc2,
    // A rule that is made again has another id; AWS's own tags are AWS's to give.
    comparable: ({ openRules }) =>
      openRules
        .map(({ securityGroupRuleId, ...content }) => securityGroupRuleId && JSON.stringify(content))
        .sort(),
    meddlings: [
      {
        title: "somebody has opened another port",
        leaves: "theirs",
        change({ groups }) {
          const rules = groups[GROUP]?.rules ?? {};
          rules["sgr-0000000000000000f"] = {
            isEgress: false,
            ipProtocol: "tcp",
            fromPort: 9000,
            toPort: 9000,
            cidr: "0.0.0.0/0",
          };
        },
      },
    ],
  });

  const world = (...rules: WorldRule[]): Ec2World => ({
    ...emptyEc2(),
    next: 100,
    groups: {
      [GROUP]: {
        name: "web",
        vpcId: "vpc-0123456789abcdef0",
        tags: {},
        rules: Object.fromEntries(rules.map((one, index) => [RULES[index] ?? "", one])),
      },
    },
  });
  const open = (fromPort: number, toPort = fromPort, more: Partial<WorldRule> = {}): WorldRule => ({
    isEgress: false,
    ipProtocol: "tcp",
    fromPort,
    toPort,
    cidr: "0.0.0.0/0",
    ...more,
  });
  const both = target({ groupId: GROUP, securityGroupRuleIds: `${FIRST},${SECOND}` });
  const stateOf = async (of: Ec2World, on = both) => {
    const state = await revokeOpenIngress.read(on, fakeAws(serveEc2(of)).call);
    assert.ok(state);
    return state;
  };

  it("revokes the event's rules by id, and no other, open as it may be", async () => {
    const state = await stateOf(world(open(22), open(3389), open(3306)));
    assert.deepEqual(revokeOpenIngress.contain(both, state, CONTEXT), [
      {
        operation: "ec2:RevokeSecurityGroupIngress",
        input: { GroupId: GROUP, SecurityGroupRuleIds: [FIRST, SECOND] },
      },
    ]);
    assert.equal(
      revokeOpenIngress.words(both, state).did,
      `Revoked ingress from the internet to security group ${GROUP} (web): tcp 22, tcp 3389`,
    );
  });

  it("leaves the web's ports open beside others that it closes", async () => {
    const state = await stateOf(world(open(443), open(22)));
    assert.equal(revokeOpenIngress.refusal?.(both, state, CONTEXT), undefined);
    assert.deepEqual(
      revokeOpenIngress.contain(both, state, CONTEXT).map(({ input }) => input),
      [{ GroupId: GROUP, SecurityGroupRuleIds: [SECOND] }],
    );
  });

  it("refuses to close the web's ports alone", async () => {
    const state = await stateOf(world(open(80), open(443, 443, { ipProtocol: "udp", cidr: "::/0" })));
    assert.match(revokeOpenIngress.refusal?.(both, state, CONTEXT) ?? "", /80 and 443/);
    assert.deepEqual(revokeOpenIngress.contain(both, state, CONTEXT), []);
  });

  it("takes a range that reaches beyond the web's ports for no web port", async () => {
    const state = await stateOf(world(open(80, 443)));
    assert.equal(revokeOpenIngress.refusal?.(both, state, CONTEXT), undefined);
    assert.equal(revokeOpenIngress.isContained(both, state, CONTEXT), false);
  });

  it("has nothing to do when the rule was narrowed since", async () => {
    const state = await stateOf(world(open(22, 22, { cidr: "10.0.0.0/8" })));
    assert.equal(revokeOpenIngress.isContained(both, state, CONTEXT), true);
  });

  it("makes the same rule again, with its description and tags", async () => {
    const before = await stateOf(
      world(open(22, 22, { description: "for the office", tags: { team: "web" } })),
    );
    assert.deepEqual(
      revokeOpenIngress
        .undo(both, before, { groupName: "web", openRules: [] }, CONTEXT)
        .map(({ input }) => input),
      [
        {
          GroupId: GROUP,
          IpPermissions: [
            {
              IpProtocol: "tcp",
              FromPort: 22,
              ToPort: 22,
              IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "for the office" }],
            },
          ],
          TagSpecifications: [{ ResourceType: "security-group-rule", Tags: [{ Key: "team", Value: "web" }] }],
        },
      ],
    );
  });

  it("finds nothing when the group is gone", async () => {
    assert.equal(await revokeOpenIngress.read(both, fakeAws(serveEc2(emptyEc2())).call), undefined);
  });
});
