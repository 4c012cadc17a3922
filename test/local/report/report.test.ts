import assert from "node:assert/strict";
import type { Alert } from "../../../detections/alert";
import { CIS_CONTROLS } from "../../../detections/cis-controls";
import type { AlarmOutcome } from "../../../local/replay/alarms";
import { jsonReport } from "../../../local/report/json";
import type { RunResult } from "../../../local/report/result";
import { textReport } from "../../../local/report/text";
import { answer, outcome } from "../respond/answer-fixtures";

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

const time = "2026-03-02T09:00:00Z";

function alert(id: string, level: Alert["level"], title: string): Alert {
  return {
    schemaVersion: 1,
    id,
    level,
    summary: `${title}: somebody did it\u001b[2J from 203.0.113.66`,
    firstStep: "Ask them.",
    rule: { id: `rule-${id}`, title },
    who: { actor: "user/alice" },
    what: { eventSource: "iam.amazonaws.com", eventName: "CreateUser", outcome: "success" },
    where: { accountId: "111122223333", region: "eu-west-1" },
    when: { firstEventTime: time, lastEventTime: time, detectedTime: time },
    evidence: { eventCount: 1, eventIDs: [`event-${id}`] },
  };
}

const paged = alert("a1", "high", "Identity gave rights to itself");
const quiet = [alert("b1", "low", "Group changed"), alert("b2", "low", "Group changed")];

const [root, denied] = CIS_CONTROLS;
const result: RunResult = {
  ok: true,
  stack: "dev",
  engine: "Pulumi 3.248.0, from PATH",
  steps: [{ name: "pulumi up", seconds: 7.5, ok: true }],
  built: {
    changes: { create: 3 },
    changed: [],
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
  detections: {
    rules: 200,
    fastPath: { offered: 12, forwarded: 1 },
    alerts: [paged, ...quiet].map((each) => ({ alert: each, copies: 1 })),
    notified: [paged],
    failures: [],
  },
  alarms: [
    alarm("dev-root", root?.pattern ?? "", "ALARM", 5, topics.notice),
    alarm("dev-denied", denied?.pattern ?? "", "OK", 0, topics.notice),
    alarm("dev-own", '{ $.eventName = "X" }', "ALARM", 2, topics.page),
  ],
  notifications: [
    { topicArn: topics.notice, subject: "ALARM: dev-root", message: "{}" },
    { topicArn: topics.page, subject: "ALARM: dev-own", message: "{}" },
    {
      topicArn: topics.page,
      subject: "[HIGH] Identity gave rights to itself",
      message: "... Alert a1, rule",
    },
  ],
  topics,
  failures: [],
};

describe("the report of a local run", () => {
  it("is one object of version 1 as JSON", () => {
    const { alarms, detections, filters, ...rest } = jsonReport(result);

    assert.deepEqual(alarms, [
      { name: "dev-root", control: "CloudWatch.1", state: "ALARM", matches: 5 },
      { name: "dev-denied", control: "CloudWatch.2", state: "OK", matches: 0 },
      { name: "dev-own", control: null, state: "ALARM", matches: 2 },
    ]);
    const { alerts, ...others } = detections as { alerts: Record<string, unknown>[] };
    assert.deepEqual(others, { rules: 200, fastPath: { offered: 12, forwarded: 1 } });
    assert.deepEqual(
      alerts.map(({ id, level, title, actor, time: at, eventIDs, published, notified }) => [
        [id, level, title, actor, at],
        [eventIDs, published, notified],
      ]),
      [
        [
          ["a1", "high", "Identity gave rights to itself", "user/alice", time],
          [["event-a1"], 1, true],
        ],
        [
          ["b1", "low", "Group changed", "user/alice", time],
          [["event-b1"], 1, false],
        ],
        [
          ["b2", "low", "Group changed", "user/alice", time],
          [["event-b2"], 1, false],
        ],
      ],
    );
    assert.deepEqual(filters, { "CloudWatch.1": 5, "CloudWatch.2": 0 });
    assert.deepEqual(rest.resources, { created: 3, stateOnly: result.stateOnly });
    assert.deepEqual([rest.schemaVersion, rest.ok, rest.events, rest.files, rest.inbox], [1, true, 12, 1, 3]);
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
      /Alerts: 3 by 200 rules, 1 of them to people/,
      /Of 12 events, the forwarding rules let 1 through/,
      /HIGH \(page\) Identity gave rights to itself/,
      / {2}Identity gave rights to itself: somebody did it \[2J from 203\.0\.113\.66/,
      / {2}First: Ask them\./,
      /On the alert bus only: Group changed \(2\)/,
      /dev-root +CloudWatch\.1 +5 +notice/,
      /dev-own +your own +2 +page/,
      /Quiet: dev-denied \(0 events, OK\)/,
      /page: ALARM: dev-own/,
      /OK: every step did what it should\.$/,
    ])
      assert.match(text, line);
    for (const line of text.split("\n")) assert.ok(line.length <= 120, line);
    assert.ok(!text.includes("\u001b"), "log content does not steer the terminal");
  });

  describe("with an attack", () => {
    const answers = [
      answer(),
      answer({ deed: { what: "stopped the trail", isFast: false }, seconds: undefined, outcome: undefined }),
      answer({ outcome: outcome({ command: undefined, sentence: "Restored trail audit\u001b[2J" }) }),
    ];
    const undone = "Activated access key AKIA...A1 of user ana again";
    const attacked = {
      ...result,
      responses: { deeds: ["made a key", "stopped the trail"], answers, undone },
    };

    it("lists the responses as JSON, and says nothing of them without one", () => {
      const { responses } = jsonReport(attacked) as { responses: { playbook: string; verified: boolean }[] };
      assert.deepEqual(
        responses.map(({ playbook, verified }) => [playbook, verified]),
        [
          ["deactivate-access-key", true],
          ["deactivate-access-key", true],
        ],
      );
      assert.ok(!("responses" in jsonReport(result)));
    });

    it("says as text what was done, how soon it showed, how to undo it, and what a person took back", () => {
      const text = textReport(attacked);
      for (const line of [
        /Responses: 2 of 3 seen to contain an attack/,
        /the attacker made a key, stopped the trail\./,
        /Deactivated access key AKIA\.\.\.A1 of user ana; undo with trailkeeper respond undo\s+0123456789abcdef/,
        / {2}1\.5 s after the event the same key is refused\./,
        /No response deactivate-access-key was made\.\n {2}It was not seen that the same key is refused\./,
        /Restored trail audit \[2J\./,
        /a person took one back.*\n {2}Activated access key AKIA\.\.\.A1 of user ana again/,
      ])
        assert.match(text, line);
      assert.ok(!text.includes("\u001b"), "ids do not steer the terminal");
    });
  });

  it("ends with every failure, and still says what there is", () => {
    const text = textReport({
      ...result,
      ok: false,
      alarms: undefined,
      detections: undefined,
      notifications: undefined,
      steps: [{ name: "pulumi up", seconds: 1, ok: false }],
      failures: ["pulumi up failed:\n  - policy x: because", "another"],
    });
    assert.match(text, /pulumi up \(failed\)/);
    assert.match(text, /FAILED:\n {2}pulumi up failed:\n {4}- policy x: because\n {2}another$/);
  });
});
