import assert from "node:assert/strict";
import fc from "fast-check";
import { isPresent, someValue, textsAt } from "../../../detections/sigma/fields";

const values = (root: unknown, path: readonly string[]): unknown[] => {
  const seen: unknown[] = [];
  someValue(root, path, (value) => {
    seen.push(value);
    return false;
  });
  return seen;
};

/** The same in the shortest recursive form. */
const reference = (node: unknown, path: readonly string[]): unknown[] => {
  if (Array.isArray(node)) return node.flatMap((element) => reference(element, path));
  const [key, ...rest] = path;
  if (key === undefined) return [node];
  if (typeof node !== "object" || node === null || !Object.hasOwn(node, key)) return [];
  return reference((node as Record<string, unknown>)[key], rest);
};

const key = fc.constantFrom("a", "b", "__proto__");
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom("x", 1, true, null),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 3 }),
  ),
}));
const path = fc.array(key, { maxLength: 4 });

describe("someValue", () => {
  it("visits what a recursive reading of the path reaches, in its order", () => {
    fc.assert(
      fc.property(tree, path, (root, way) => assert.deepEqual(values(root, way), reference(root, way))),
      { numRuns: 2000 },
    );
  });

  it("stops at the first value that satisfies", () => {
    const seen: unknown[] = [];
    const found = someValue({ a: [1, [2, 3], 4] }, ["a"], (value) => seen.push(value) === 2);
    assert.equal(found, true);
    assert.deepEqual(seen, [1, 2]);
  });
});

describe("isPresent", () => {
  const cases: readonly (readonly [root: unknown, path: readonly string[], expected: boolean])[] = [
    [{ a: 1 }, ["a"], true],
    [{ a: "" }, ["a"], true],
    [{ a: null }, ["a"], false],
    [{}, ["a"], false],
    [{ a: {} }, ["a"], true],
    [{ a: [] }, ["a"], true],
    [{ a: [null] }, ["a"], true],
    [{ a: [] }, ["a", "b"], false],
    [{ a: [{ b: null }, { b: 0 }] }, ["a", "b"], true],
    [{ a: [[{ b: [] }]] }, ["a", "b"], true],
    [{ a: "text" }, ["a", "length"], false],
    [{ a: 1 }, [], true],
    [null, [], false],
    [undefined, [], false],
    [[], [], true],
  ];
  for (const [root, way, expected] of cases)
    it(`is ${expected} for ${way.join(".") || "the root"} of ${JSON.stringify(root)}`, () =>
      assert.equal(isPresent(root, way), expected));

  it("holds wherever the path reaches a value that is not null", () => {
    fc.assert(
      fc.property(tree, path, (root, way) => {
        if (values(root, way).some((value) => value !== null)) assert.ok(isPresent(root, way));
      }),
    );
  });
});

describe("textsAt", () => {
  it("spells scalars as JSON does, and passes over the rest", () => {
    assert.deepEqual(textsAt({ a: ["x", 1.5, false, null, { b: 1 }] }, ["a"]), ["x", "1.5", "false"]);
  });
});
