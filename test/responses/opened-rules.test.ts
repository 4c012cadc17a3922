import assert from "node:assert/strict";
import { openedRules } from "../../responses/opened-rules";
import { revokeOpenIngress } from "../../responses/playbooks/revoke-open-ingress";
import { checkTargetsOfAnything } from "./arbitrary-events";
import { event } from "./playbooks/events";

const GROUP = "sg-0123456789abcdef0";
const [FIRST, SECOND, THIRD] = [
  "sgr-00000000000000001",
  "sgr-00000000000000002",
  "sgr-00000000000000003",
] as const;

function made(securityGroupRuleId: string, rule: Readonly<Record<string, unknown>>) {
  return {
    groupOwnerId: "111122223333",
    groupId: GROUP,
    securityGroupRuleId,
    isEgress: false,
    ipProtocol: "tcp",
    fromPort: 22,
    toPort: 22,
    ...rule,
  };
}

function authorized(
  requestParameters: Readonly<Record<string, unknown>>,
  rules: readonly unknown[] | null = null,
  fields: Readonly<Record<string, unknown>> = {},
) {
  return event("AuthorizeSecurityGroupIngress", {
    eventSource: "ec2.amazonaws.com",
    requestParameters,
    responseElements: { _return: true, ...(rules && { securityGroupRuleSet: { items: rules } }) },
    ...fields,
  });
}

function modified(groupId: unknown, updates: unknown) {
  return event("ModifySecurityGroupRules", {
    eventSource: "ec2.amazonaws.com",
    requestParameters: { ModifySecurityGroupRulesRequest: { GroupId: groupId, SecurityGroupRule: updates } },
  });
}

const FLAT = { groupId: GROUP, ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIp: "0.0.0.0/0" };
const NESTED = {
  groupId: GROUP,
  ipPermissions: {
    items: [
      {
        ipProtocol: "6",
        fromPort: 3306,
        toPort: 3306,
        ipRanges: { items: [{ cidrIp: "10.0.0.0/8" }, { cidrIp: "0.0.0.0/0", description: "x" }] },
        ipv6Ranges: { items: [{ cidrIpv6: "::/0" }] },
      },
      { ipProtocol: "-1", groups: { items: [{ groupId: "sg-0aaaaaaaaaaaaaaaa" }] } },
    ],
  },
};

const UPDATES = [
  {
    SecurityGroupRuleId: FIRST,
    SecurityGroupRule: { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "0.0.0.0/0" },
  },
  {
    SecurityGroupRuleId: SECOND,
    SecurityGroupRule: { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "10.0.0.0/8" },
  },
];

describe("rules that an event has opened to the internet", () => {
  const byIds = (...ids: string[]) => [{ groupId: GROUP, securityGroupRuleIds: ids.join(",") }];
  const byContent = (...rules: string[]) => [{ groupId: GROUP, ipPermissions: rules.join(",") }];
  const ofEvents: [string, ReturnType<typeof event>, Readonly<Record<string, string>>[]][] = [
    ["the rule that was made", authorized(FLAT, [made(FIRST, { cidrIpv4: "0.0.0.0/0" })]), byIds(FIRST)],
    [
      "of the rules that were made, those that are open to the world",
      authorized(NESTED, [
        made(SECOND, { cidrIpv6: "::/0" }),
        made(FIRST, { cidrIpv4: "0.0.0.0/0" }),
        made(THIRD, { cidrIpv4: "10.0.0.0/8" }),
      ]),
      byIds(FIRST, SECOND),
    ],
    [
      "the group from the rule when the request names it by its name",
      authorized({ ...FLAT, groupId: undefined, groupName: "web" }, [made(FIRST, { cidrIpv4: "0.0.0.0/0" })]),
      byIds(FIRST),
    ],
    ["a flat rule of the time before rules had ids", authorized(FLAT), byContent("tcp 22-22 0.0.0.0/0")],
    [
      "nested rules of the time before rules had ids",
      authorized(NESTED),
      byContent("tcp 3306-3306 0.0.0.0/0", "tcp 3306-3306 ::/0"),
    ],
    [
      "all protocols without ports",
      authorized({ ...FLAT, ipProtocol: "-1", fromPort: 0, toPort: 65535, cidrIp: "1.2.3.4/0" }),
      byContent("-1 -1--1 0.0.0.0/0"),
    ],
    ["a rule that was widened", modified(GROUP, UPDATES), byIds(FIRST)],
    ["a lone rule that was widened", modified(GROUP, UPDATES[0]), byIds(FIRST)],
    ["nothing that is narrower", authorized({ ...FLAT, cidrIp: "0.0.0.0/1" }), []],
    ["nothing of a group that has no id", authorized({ ...FLAT, groupId: undefined, groupName: "web" }), []],
    [
      "nothing when the call failed",
      authorized(FLAT, null, { errorCode: "Client.InvalidPermission.Duplicate" }),
      [],
    ],
    ["nothing when it was taken back", { ...authorized(FLAT), eventName: "RevokeSecurityGroupIngress" }, []],
    ["nothing of egress", { ...authorized(FLAT), eventName: "AuthorizeSecurityGroupEgress" }, []],
  ];
  for (const [title, of, expected] of ofEvents) {
    it(`names ${title}`, () => assert.deepEqual(openedRules(of), expected));
  }

  it("names so many rules in several targets, none of them too long", () => {
    const ids = Array.from({ length: 200 }, (_, index) => `sgr-${String(index).padStart(17, "0")}`);
    const targets = openedRules(
      authorized(
        FLAT,
        ids.map((id) => made(id, { cidrIpv4: "0.0.0.0/0" })),
      ),
    );
    assert.ok(targets.every(({ securityGroupRuleIds = "" }) => securityGroupRuleIds.length <= 2048));
    assert.deepEqual(
      targets.flatMap(({ securityGroupRuleIds = "" }) => securityGroupRuleIds.split(",")),
      ids,
    );
  });

  checkTargetsOfAnything(revokeOpenIngress, [
    authorized(FLAT),
    authorized(NESTED),
    authorized(NESTED, [made(FIRST, { cidrIpv4: "0.0.0.0/0" })]),
    modified(GROUP, UPDATES),
  ]);
});
