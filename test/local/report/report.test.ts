import assert from "node:assert/strict";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import type { AlarmOutcome } from "../../../local/replay/alarms";
import { jsonReport } from "../../../local/report/json";
import type { RunResult } from "../../../local/report/result";
import { textReport } from "../../../local/report/text";

const topics = {
  page: "arn:aws:sns:eu-west-1:111122223333:page-1a2b3c4",
  notice: "arn:aws:sns:eu-west-1:111122223333:notice-1a2b3c4",
};

function alarm(
  name: string,
  pattern: string,
  state: string,
  matches: number,
  topicArn: string,
): AlarmOutcome {
  return {
    name,
    state,
    topicArns: [topicArn],
    expected: state === "ALARM",
    filter: {
      name,
      pattern,
      metric: { namespace: "LogMetrics", name },
      matches,
      fullestPeriod: () => matches,
    },
  };
}

const [root, denied] = CIS_CONTROLS;
const result: RunResult = {
  ok: true,
  stack: "dev",
  engine: "Pulumi 3.248.0, from PATH",
  steps: [{ name: "pulumi up", seconds: 7.5, ok: true }],
  built: {
    changes: { create: 3 },
    createdByType: new Map([
      ["aws:s3/bucket:Bucket", 2],
      ["aws:sns/topic:Topic", 1],
    ]),
    policyReports: [],
    warnings: [],
    outputs: {},
  },
  stateOnly: ["aws:cloudtrail/trail:Trail.insightSelectors"],
  delivered: { files: 1, events: 12, keys: ["k"], digests: 1, oversized: 1 },
  malformed: [{ file: "bad.json", reason: "it is empty" }],
  alarms: [
    alarm("dev-root", root?.pattern ?? "", "ALARM", 5, topics.notice),
    alarm("dev-denied", denied?.pattern ?? "", "OK", 0, topics.notice),
    alarm("dev-own", '{ $.eventName = "X" }', "ALARM", 2, topics.page),
  ],
  notifications: [
    { topicArn: topics.notice, subject: "ALARM: dev-root", message: "{}" },
    { topicArn: topics.page, subject: "ALARM: dev-own", message: "{}" },
  ],
  topics,
  failures: [],
};

describe("the report of a local run", () => {
  it("is one object of version 1 as JSON", () => {
    const { alarms, filters, ...rest } = jsonReport(result);

    assert.deepEqual(alarms, [
      { name: "dev-root", control: "CloudWatch.1", state: "ALARM", matches: 5 },
      { name: "dev-denied", control: "CloudWatch.2", state: "OK", matches: 0 },
      { name: "dev-own", control: null, state: "ALARM", matches: 2 },
    ]);
    assert.deepEqual(filters, { "CloudWatch.1": 5, "CloudWatch.2": 0 });
    assert.deepEqual(rest.resources, { created: 3, stateOnly: result.stateOnly });
    assert.deepEqual([rest.schemaVersion, rest.ok, rest.events, rest.files, rest.inbox], [1, true, 12, 1, 2]);
    assert.deepEqual(rest.malformed, [{ file: "bad.json", reason: "it is empty" }]);
  });

  it("says as text what was built, delivered, fired and received, in lines that fit a terminal", () => {
    const text = textReport(result);

    for (const line of [
      /Built: 3 resources of stack dev/,
      /2 Bucket, 1 Topic/,
      /state only.*insightSelectors/,
      /12 events in 1 log files/,
      /1 events over 256 KB are in the archive/,
      /bad\.json: it is empty/,
      /dev-root +CloudWatch\.1 +5 +notice/,
      /dev-own +your own +2 +page/,
      /Quiet: dev-denied \(0 events, OK\)/,
      /page: ALARM: dev-own/,
      /OK: every step did what it should\.$/,
    ])
      assert.match(text, line);
    for (const line of text.split("\n")) assert.ok(line.length <= 120, line);
  });

  it("ends with every failure, and still says what there is", () => {
    const text = textReport({
      ...result,
      ok: false,
      alarms: undefined,
      notifications: undefined,
      steps: [{ name: "pulumi up", seconds: 1, ok: false }],
      failures: ["pulumi up failed:\n  - policy x: because", "another"],
    });
    assert.match(text, /pulumi up \(failed\)/);
    assert.match(text, /FAILED:\n {2}pulumi up failed:\n {4}- policy x: because\n {2}another$/);
  });
});
