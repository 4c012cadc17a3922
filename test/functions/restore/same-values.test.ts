import assert from "node:assert/strict";
import fc from "fast-check";
import { isPolicy, sameValues } from "../../../functions/restore/same-values";

const POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: ["a", "b"] }, Action: ["s3:Get*", "s3:List*"], Resource: "r" },
    { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["r"], Condition: { Bool: { k: "false" } } },
  ],
};

/** The same items in another order. */
function inAnyOrder<Item>(items: readonly Item[], picks: Iterator<number>): Item[] {
  const left = [...items];
  return items.flatMap(() => left.splice(Number(picks.next().value) % left.length, 1));
}

/** The same value with lists and keys in another order, at every depth. */
function shuffled(value: unknown, picks: Iterator<number>): unknown {
  if (Array.isArray(value))
    return inAnyOrder(
      value.map((item: unknown) => shuffled(item, picks)),
      picks,
    );
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shuffled(item, picks)] as const);
  return Object.fromEntries(inAnyOrder(entries, picks));
}

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "b", "c", true),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("A", "B", "C"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("sameValues", () => {
  it("looks at no order, of lists or of keys", () => {
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat()), (value, picks) => {
        assert.ok(sameValues(shuffled(value, picks), value));
      }),
    );
  });

  for (const [a, b] of [
    [
      { Field: "f", Equals: ["x"] },
      { Field: "f", Equals: ["x"], NotEquals: [] },
    ],
    [{ Field: "f" }, { Field: "f", StartsWith: undefined }],
    [["x", "x"], ["x"]],
  ] as const)
    it(`takes ${JSON.stringify(a)} and ${JSON.stringify(b)} for the same`, () => {
      assert.ok(sameValues(a, b));
    });

  for (const [a, b] of [
    [
      { Field: "f", Equals: ["x"] },
      { Field: "f", NotEquals: ["x"] },
    ],
    [
      { Field: "f", Equals: ["x"] },
      { Field: "f", Equals: ["x", "y"] },
    ],
    [{ Field: "f", Equals: ["x"] }, { Field: "f" }],
    [["x"], "x"],
    ["true", true],
  ] as const)
    it(`tells ${JSON.stringify(a)} from ${JSON.stringify(b)}`, () => {
      assert.ok(!sameValues(a, b));
    });
});

describe("isPolicy", () => {
  it("looks at no order", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (picks) => {
        assert.ok(isPolicy(JSON.stringify(shuffled(POLICY, picks)), POLICY));
      }),
    );
  });

  it("takes a value and a list of it for the same, statements among them", () => {
    const [statement] = POLICY.Statement;
    const one = { ...POLICY, Statement: { ...statement, Resource: ["r"] } };

    assert.ok(isPolicy(JSON.stringify(one), { ...POLICY, Statement: [statement] }));
  });

  for (const [what, change] of [
    ["another effect", { Effect: "Deny" }],
    ["one principal more", { Principal: { AWS: ["a", "b", "c"] } }],
    ["another kind of principal", { Principal: { Service: ["a", "b"] } }],
    ["an action less", { Action: "s3:Get*" }],
    ["another resource", { Resource: "r/*" }],
    ["a condition", { Condition: { Bool: { k: "false" } } }],
  ] as const)
    it(`tells a statement with ${what}`, () => {
      const [statement, ...others] = POLICY.Statement;
      const other = { ...POLICY, Statement: [{ ...statement, ...change }, ...others] };

      assert.ok(!isPolicy(JSON.stringify(other), POLICY));
    });

  for (const document of [undefined, "", "no policy", "null", "[]", "{}"])
    it(`takes ${JSON.stringify(document)} for none`, () => {
      assert.ok(!isPolicy(document, POLICY));
    });
});
