import assert from "node:assert/strict";
import { loadRules, SHIPPED_RULES_FOLDER } from "../../catalog/load-rules";
import { packRules, unpackRules } from "../../detections/packed-rules";

describe("packed rules", () => {
  const { rules } = loadRules(SHIPPED_RULES_FOLDER);

  it("are the same rules when they are unpacked after a journey as JSON", () => {
    const journey = JSON.parse(JSON.stringify(packRules(rules))) as ReturnType<typeof packRules>;
    assert.deepEqual(unpackRules(journey), JSON.parse(JSON.stringify(rules)));
  });

  it("have what many rules share once", () => {
    const packed = JSON.stringify(packRules(rules));
    const timesOf = (text: string) => text.split("AWS Internal").length - 1;
    assert.ok(timesOf(JSON.stringify(rules)) > 100, "the context filter is part of most rules");
    assert.ok(timesOf(packed) < 5, `${timesOf(packed)} times`);
  });

  it("are the same bytes each time", () =>
    assert.equal(JSON.stringify(packRules(rules)), JSON.stringify(packRules(structuredClone(rules)))));

  it("are refused when a shared condition is missing", () => {
    const { rules: packed } = packRules(rules);
    assert.throws(() => unpackRules({ rules: packed, shared: [] }), /no shared condition \d+/);
  });
});
