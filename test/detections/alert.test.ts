import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ALERT_LEVELS, alertId, alertSchema } from "../../detections/alert";
import { ALERT_SCHEMA_FILE, alertSchemaText } from "../../scripts/alert-schema";
import { exampleAlert } from "../functions/notify/example-alert";

describe("the alert contract", () => {
  it("accepts a complete alert and keeps all of it", () => {
    assert.deepEqual(alertSchema.parse(exampleAlert()), exampleAlert());
  });

  it("orders its levels from mildest to worst, as Sigma does", () => {
    assert.deepEqual(ALERT_LEVELS, ["informational", "low", "medium", "high", "critical"]);
  });

  for (const [what, broken] of [
    ["another schema version", { ...exampleAlert(), schemaVersion: 2 }],
    ["a level that is none", { ...exampleAlert(), level: "urgent" }],
    ["an id that could not be a message attribute", { ...exampleAlert(), id: "one two\n" }],
    ["an empty summary", { ...exampleAlert(), summary: "" }],
    ["an account that is none", { ...exampleAlert(), where: { accountId: "1111", region: "eu-west-1" } }],
    ["no evidence", { ...exampleAlert(), evidence: { eventCount: 0, eventIDs: [] } }],
    [
      "a time without a zone",
      { ...exampleAlert(), when: { ...exampleAlert().when, detectedTime: "2026-01-02T03:04:05" } },
    ],
    ["no first step", { ...exampleAlert(), firstStep: undefined }],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.equal(alertSchema.safeParse(broken).success, false);
    });
  }

  it("is published as docs/alert.schema.json (run `node --import tsx scripts/alert-schema.ts` after a change)", async () => {
    assert.equal(readFileSync(ALERT_SCHEMA_FILE, "utf8"), await alertSchemaText());
  });

  it("lets readers meet keys that were added later", async () => {
    const schema = await alertSchemaText();

    assert.ok(!schema.includes('"additionalProperties": false'));
  });
});

describe("alertId", () => {
  const eventIDs = fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 20 });

  it("does not depend on the order or repetition of events", () => {
    fc.assert(
      fc.property(fc.string(), eventIDs, (ruleId, ids) => {
        assert.equal(alertId(ruleId, [...ids].reverse().concat(ids)), alertId(ruleId, ids));
      }),
    );
  });

  it("tells rules and events apart", () => {
    const ids = [
      alertId("a", ["1"]),
      alertId("b", ["1"]),
      alertId("a", ["2"]),
      alertId("a", ["1", "2"]),
      alertId("a", ["12"]),
    ];

    assert.equal(new Set(ids).size, ids.length);
  });

  it("is an id the contract accepts", () => {
    assert.ok(alertSchema.shape.id.safeParse(alertId("rule", ["event"])).success);
  });
});
