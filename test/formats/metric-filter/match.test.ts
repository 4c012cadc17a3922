import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import { readLogFile } from "../../../formats/cloudtrail/log-file";
import { matchesMetricFilter } from "../../../formats/metric-filter/match";
import { parseMetricFilter } from "../../../formats/metric-filter/parse";
import { events, expressions } from "./arbitraries";
import { interpret } from "./interpret";
import { printPattern } from "./print";

const matches = (pattern: string, event: unknown) => matchesMetricFilter(parseMetricFilter(pattern), event);

describe("matchesMetricFilter", () => {
  const trail = {
    eventType: "UpdateTrail",
    sourceIPAddress: "203.0.113.7",
    names: ["first", "second value"],
    list: [
      { name: "a", id: 1 },
      { name: "b", id: 2 },
    ],
    grid: [
      [0, 1],
      [4, 5],
    ],
    nothing: null,
    yes: true,
    no: false,
    count: 400,
    digits: "400",
    empty: "",
    "cluster.name": "c",
    object: { inner: "x" },
    hole: [],
  };

  const cases: readonly [pattern: string, expected: boolean][] = [
    // text
    ['{ $.eventType = "UpdateTrail" }', true],
    ["{ $.eventType = UpdateTrail }", true],
    ["{ $.eventType = updatetrail }", false],
    ['{ $.eventType = "Update*" }', true],
    ["{ $.eventType = *T*l }", true],
    ["{ $.eventType = Update }", false],
    ["{ $.sourceIPAddress != 123.123.* }", true],
    ["{ $.sourceIPAddress != 203.0.* }", false],
    ['{ $.empty = "" }', true],
    // selectors
    ["{ $.names[0] = first }", true],
    ['{ $.names[*] = "second value" }', true],
    ["{ $.names[2] = first }", false],
    ["{ $.list[1].name = b }", true],
    ["{ $.list[*].id = 2 }", true],
    ["{ $.list[*].id = 3 }", false],
    ["{ $.grid[1][0] = 4 }", true],
    ["{ $.['cluster.name'] = c }", true],
    ["{ $.* = UpdateTrail }", true],
    ["{ $.object.* = x }", true],
    ["{ $.names.* = first }", false],
    ["{ $.object[*] = x }", false],
    ["{ $.names.length = 2 }", false],
    ["{ $.constructor NOT EXISTS }", true],
    // a field that is not there
    ["{ $.absent = x }", false],
    ["{ $.absent != x }", true],
    ["{ $.absent != 1 }", true],
    ["{ $.absent != %x% }", true],
    ["{ $.absent > 0 }", false],
    ["{ $.absent <= 0 }", false],
    ["{ $.absent IS NULL }", false],
    ["{ $.absent IS FALSE }", false],
    ["{ $.absent NOT EXISTS }", true],
    ["{ $.object.absent.deeper != x }", true],
    ["{ $.nothing.deeper NOT EXISTS }", true],
    ["{ $.hole[*] != x }", true],
    ["{ $.hole[*] NOT EXISTS }", true],
    // objects, arrays, null and booleans are no value nodes
    ["{ $.object = * }", false],
    ["{ $.object != x }", false],
    ["{ $.names = first }", false],
    ["{ $.names != first }", false],
    ["{ $.nothing != x }", false],
    ["{ $.yes = true }", false],
    ["{ $.yes != x }", false],
    ["{ $.object NOT EXISTS }", false],
    ["{ $.nothing NOT EXISTS }", false],
    ["{ $.nothing IS NULL }", true],
    ["{ $.yes IS TRUE }", true],
    ["{ $.yes IS FALSE }", false],
    ["{ $.no IS FALSE }", true],
    ["{ $.no IS NULL }", false],
    ["{ $.count IS TRUE }", false],
    // numbers
    ["{ $.count = 400 }", true],
    ["{ $.count = 4e2 }", true],
    ["{ $.count != 400 }", false],
    ["{ $.count != 500 }", true],
    ["{ $.count = 4* }", true],
    ['{ $.count = "400" }', true],
    ["{ $.count > 399.5 }", true],
    ["{ $.count > 400 }", false],
    ["{ $.count >= 400 }", true],
    ["{ $.count < 400 }", false],
    ["{ $.count <= 400 }", true],
    ["{ $.digits = 400 }", true],
    ["{ $.digits = 4e2 }", false],
    ["{ $.digits >= 1 }", false],
    ["{ $.eventType != 400 }", true],
    // != with a wildcard selector: one node that differs is enough
    ["{ $.list[*].name != a }", true],
    ["{ $.list[*].name != %[ab]% }", false],
    // regular expressions
    ["{ $.eventType = %Trail% }", true],
    ["{ $.eventType = %^Trail% }", false],
    ["{ $.eventType != %Trail% }", false],
    ["{ $.names[*] = %sec.{3} v% }", true],
    ["{ $.* = %203\\.0\\.113\\.[0-9]{1,2}% }", true],
    ["{ $.count = %^4% }", true],
    // compounds
    ["{ $.count = 400 && $.yes IS TRUE }", true],
    ["{ $.count = 1 || $.yes IS FALSE }", false],
    ["{ $.eventType = UpdateTrail || $.grid[0][1] = no && $.names[1] = no }", true],
    ["{ ($.eventType = UpdateTrail || $.grid[0][1] = no) && $.names[1] = no }", false],
  ];
  for (const [pattern, expected] of cases) {
    it(`${expected ? "matches" : "does not match"} ${pattern}`, () => {
      assert.equal(matches(pattern, trail), expected);
    });
  }

  for (const event of [null, undefined, "text", 5, true]) {
    it(`never matches a log line that is ${String(event)}`, () => {
      assert.equal(matches("{ $.a NOT EXISTS }", event), false);
    });
  }

  it("agrees with a plain interpretation of the same expression", () => {
    fc.assert(
      fc.property(expressions, events, (expression, event) => {
        const pattern = printPattern(expression);
        fc.pre(pattern.length <= 1_024);
        assert.equal(matches(pattern, event), interpret(expression, event), pattern);
      }),
      { numRuns: 1_500 },
    );
  });

  it("finds each CIS control's event and no other", () => {
    const file = join(__dirname, "../../fixtures/cloudtrail/cis-controls.json");
    const log = readLogFile(readFileSync(file), file);
    const found = CIS_CONTROLS.map(({ id, pattern }) => {
      const filter = parseMetricFilter(pattern);
      return [id, log.events.flatMap((event, index) => (matchesMetricFilter(filter, event) ? [index] : []))];
    });
    assert.deepEqual(
      found,
      CIS_CONTROLS.map(({ id }, index) => [id, [index]]),
    );
  });
});
