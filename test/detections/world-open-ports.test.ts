import assert from "node:assert/strict";
import fc from "fast-check";
import { worldOpenPorts } from "../../detections/world-open-ports";

const permission = (fromPort: number, toPort: number, ...cidrs: string[]) => ({
  ipProtocol: "tcp",
  fromPort,
  toPort,
  groups: {},
  ipRanges: { items: cidrs.map((cidrIp) => ({ cidrIp })) },
  ipv6Ranges: {},
});
const nested = (...items: object[]) => ({ groupId: "sg-1", ipPermissions: { items } });
const modified = (...rules: object[]) => ({
  ModifySecurityGroupRulesRequest: {
    SecurityGroupRule: rules.map((SecurityGroupRule) => ({ SecurityGroupRule })),
  },
});

describe("worldOpenPorts", () => {
  const cases: readonly [string, unknown, readonly string[]][] = [
    ["flat parameters", { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIp: "0.0.0.0/0" }, ["22"]],
    [
      "flat parameters to a network",
      { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIp: "10.0.0.0/8" },
      [],
    ],
    ["a permission", nested(permission(22, 22, "0.0.0.0/0")), ["22"]],
    ["a permission's second range", nested(permission(22, 22, "10.0.0.0/8", "0.0.0.0/0")), ["22"]],
    [
      "the permission that is open, not the one beside it",
      nested(permission(22, 22, "10.0.0.0/8"), permission(443, 443, "0.0.0.0/0")),
      ["443"],
    ],
    ["IPv6", nested({ ...permission(3389, 3389), ipv6Ranges: { items: [{ cidrIpv6: "::/0" }] } }), ["3389"]],
    ["half of the internet", nested(permission(22, 22, "128.0.0.0/1")), ["22"]],
    [
      "the unicast half of IPv6",
      nested({ ...permission(22, 22), ipv6Ranges: { items: [{ cidrIpv6: "2000::/3" }] } }),
      ["22"],
    ],
    [
      "private IPv6",
      nested({ ...permission(22, 22), ipv6Ranges: { items: [{ cidrIpv6: "fc00::/7" }] } }),
      [],
    ],
    ["a small range", nested(permission(8000, 8002, "0.0.0.0/0")), ["8000", "8001", "8002"]],
    ["a wide range", nested(permission(3000, 4000, "0.0.0.0/0")), ["3000", "3306", "3389", "4000"]],
    ["every port", nested(permission(0, 65535, "0.0.0.0/0")), ["all"]],
    ["every protocol", nested({ ...permission(-1, -1, "0.0.0.0/0"), ipProtocol: "-1" }), ["all"]],
    ["TCP without ports", { ipProtocol: "6", cidrIp: "0.0.0.0/0" }, ["all"]],
    ["ping", nested({ ...permission(8, 0, "0.0.0.0/0"), ipProtocol: "icmp" }), []],
    ["ports as texts", { ipProtocol: "TCP", fromPort: "22", toPort: "22", cidrIp: "0.0.0.0/0" }, ["22"]],
    [
      "a modified rule",
      modified({ IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "0.0.0.0/0" }),
      ["22"],
    ],
    [
      "the second modified rule",
      modified(
        { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "10.0.0.0/8" },
        { IpProtocol: "-1", CidrIpv6: "::/0" },
      ),
      ["all"],
    ],
    [
      "another security group as source",
      nested({ ...permission(22, 22), groups: { items: [{ groupId: "sg-2" }] } }),
      [],
    ],
    ["no parameters", null, []],
  ];
  for (const [what, parameters, expected] of cases)
    it(`${expected.length > 0 ? "tells" : "leaves alone"} ${what}`, () =>
      assert.deepEqual(worldOpenPorts(parameters), expected));

  it("never fails, whatever the parameters are", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(worldOpenPorts(value))));
    fc.assert(
      fc.property(fc.jsonValue(), (items) => Array.isArray(worldOpenPorts({ ipPermissions: { items } }))),
    );
  });
});
