import assert from "node:assert/strict";
import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { isInNetwork, parseAddress, parseNetwork } from "../../formats/ip-network";

const address = fc.oneof(fc.ipV4(), fc.ipV6());
/** Text that is nearly an address. */
const nearly = fc
  .array(fc.constantFrom("1", "0", "255", "256", "ffff", "g", ".", ":", "::", "%", "/", " ", "1.2.3.4"), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

describe("parseAddress", () => {
  it("takes exactly what Node takes for an address, zones aside", () => {
    fc.assert(
      fc.property(fc.oneof(address, nearly, fc.string()), (text) => {
        fc.pre(!text.includes("%"));
        assert.equal(parseAddress(text) !== undefined, isIP(text) !== 0, text);
      }),
      { numRuns: 5000 },
    );
  });

  const cases: readonly (readonly [text: string, bytes: readonly number[] | undefined])[] = [
    ["198.51.100.7", [198, 51, 100, 7]],
    ["2001:db8::1", [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ["::ffff:1.2.3.4", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4]],
    ["::", Array<number>(16).fill(0)],
    ["010.0.0.1", undefined],
    ["1.2.3", undefined],
    ["1.2.3.4::", undefined],
    ["1:2:3:4:5:6:7:8::", undefined],
    ["fe80::1%eth0", undefined],
    ["s3.amazonaws.com", undefined],
    ["AWS Internal", undefined],
    ["", undefined],
  ];
  for (const [text, bytes] of cases)
    it(`reads ${JSON.stringify(text)}`, () => {
      const parsed = parseAddress(text);
      assert.deepEqual(parsed && [...parsed], bytes);
    });
});

describe("parseNetwork", () => {
  for (const text of [
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/a",
    "/8",
    "",
  ])
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseNetwork(text), undefined));

  it("takes a single address for itself", () => {
    const network = parseNetwork("10.0.0.1");
    assert.ok(network);
    assert.ok(isInNetwork("10.0.0.1", network));
    assert.ok(!isInNetwork("10.0.0.2", network));
  });
});

describe("isInNetwork", () => {
  it("agrees with Node's block list", () => {
    // Node compares addresses of both families; here, the families are kept apart.
    const sameFamily = fc.oneof(
      fc.tuple(fc.ipV4(), fc.ipV4(), fc.nat({ max: 32 }), fc.constant("ipv4" as const)),
      fc.tuple(fc.ipV6(), fc.ipV6(), fc.nat({ max: 128 }), fc.constant("ipv6" as const)),
    );
    fc.assert(
      fc.property(sameFamily, fc.boolean(), ([left, right, prefix, family], same) => {
        const list = new BlockList();
        list.addSubnet(left, prefix, family);
        const network = parseNetwork(`${left}/${prefix}`);
        assert.ok(network);
        const candidate = same ? left : right;
        assert.equal(isInNetwork(candidate, network), list.check(candidate, family));
      }),
      { numRuns: 2000 },
    );
  });

  it("never holds for an address of the other family, or for what is no address", () => {
    const everything4 = parseNetwork("0.0.0.0/0");
    const everything6 = parseNetwork("::/0");
    assert.ok(everything4 && everything6);
    assert.ok(isInNetwork("203.0.113.9", everything4));
    assert.ok(isInNetwork("2001:db8::9", everything6));
    assert.ok(!isInNetwork("2001:db8::9", everything4));
    assert.ok(!isInNetwork("203.0.113.9", everything6));
    assert.ok(!isInNetwork("s3.amazonaws.com", everything4));
  });
});
