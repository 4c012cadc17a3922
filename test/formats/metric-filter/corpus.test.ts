import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import { readLogFile } from "../../../formats/cloudtrail/log-file";
import { matchesMetricFilter } from "../../../formats/metric-filter/match";
import { parseMetricFilter } from "../../../formats/metric-filter/parse";

const CORPUS = "TRAILKEEPER_CORPUS";

/** Counted by a program that shares nothing with this one, from what each filter is meant to find. */
const SETS: readonly {
  readonly folder: string;
  readonly suffix: string;
  readonly events: number;
  readonly matches: Readonly<Record<string, number>>;
}[] = [
  {
    folder: "invictus",
    suffix: ".json",
    events: 2_900,
    matches: {
      "CloudWatch.2": 60,
      "CloudWatch.3": 1,
      "CloudWatch.4": 26,
      "CloudWatch.5": 13,
      "CloudWatch.8": 6,
      "CloudWatch.10": 8,
      "CloudWatch.12": 15,
      "CloudWatch.13": 40,
      "CloudWatch.14": 16,
      Organizations: 1,
    },
  },
  { folder: "maheribra-attack-chain", suffix: ".json.gz", events: 689, matches: { "CloudWatch.5": 1 } },
  { folder: "otrf-ec2-proxy-s3-exfil", suffix: ".ndjson", events: 103, matches: {} },
];

describe("the CIS filters over recorded logs", () => {
  for (const { folder, suffix, events, matches } of SETS) {
    it(`count what an independent program counts in ${folder}`, function () {
      const path = join(process.env[CORPUS] ?? "", folder);
      if (process.env[CORPUS] === undefined || !existsSync(path)) {
        // Mocha has no field for a reason; the title is what reporters print of a skipped test.
        if (this.test) this.test.title += ` (skipped: ${CORPUS} names no folder that holds ${folder})`;
        this.skip();
      }
      const logs = readdirSync(path)
        .filter((name) => name.endsWith(suffix))
        .map((name) => readLogFile(readFileSync(join(path, name)), name));
      const found = CIS_CONTROLS.map(({ id, pattern }) => {
        const filter = parseMetricFilter(pattern);
        return [
          id,
          logs.flatMap((log) => log.events.filter((event) => matchesMetricFilter(filter, event))).length,
        ];
      });
      assert.equal(
        logs.reduce((sum, log) => sum + log.events.length, 0),
        events,
      );
      assert.deepEqual(
        found,
        CIS_CONTROLS.map(({ id }) => [id, matches[id] ?? 0]),
      );
    });
  }
});
