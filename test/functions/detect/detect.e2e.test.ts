import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { CloudTrailEvent } from "../../../formats/cloudtrail/event";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { DueAlerts } from "../../../local/replay/due-alerts";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";
import { parsedRules } from "./detect-fixtures";
import { DeployedDetector } from "./deployed-detector";

const START_MS = Date.parse("2026-03-02T09:00:00Z");

/** Hits of stateless rules and of correlations by ten actors, and as many events that concern no rule. */
function events(count: number): CloudTrailEvent[] {
  return Array.from({ length: count }, (_, n): CloudTrailEvent => {
    const userName = `user-${n % 10}`;
    const common = {
      eventID: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
      eventTime: new Date(START_MS + n * 1000).toISOString().replace(".000Z", "Z"),
      awsRegion: "eu-west-1",
      recipientAccountId: "111122223333",
      sourceIPAddress: `203.0.113.${n % 10}`,
      userIdentity: { type: "IAMUser", userName, arn: `arn:aws:iam::111122223333:user/${userName}` },
    };
    if (n % 3 === 0)
      return {
        ...common,
        eventSource: "iam.amazonaws.com",
        eventName: "CreateAccessKey",
        requestParameters: { userName: "bob" },
      };
    if (n % 3 === 1)
      return {
        ...common,
        eventSource: "signin.amazonaws.com",
        eventName: "ConsoleLogin",
        eventType: "AwsConsoleSignIn",
        responseElements: { ConsoleLogin: "Failure" },
      };
    return { ...common, eventSource: "ec2.amazonaws.com", eventName: "DescribeInstances" };
  });
}

/** The same disorder at every run. */
function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1, 2_654_435_761) >>> 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Rule and actor of each alert. */
const raised = (
  alerts: readonly { readonly rule: { readonly id: string }; readonly who: { readonly actor: string } }[],
) => alerts.map(({ rule, who }) => `${rule.id} ${rule.id === "key-created" ? who.actor : ""}`).sort();

describe("the deployed detect function", function () {
  this.timeout(EMULATOR_START_LIMIT_MS);
  let emulator: RunningEmulator;
  beforeEach(async () => {
    emulator = await startTestEmulator();
  });
  afterEach(() => emulator.stop());

  async function dueOf(sent: readonly CloudTrailEvent[]): Promise<string[]> {
    const due = new DueAlerts({ rules: parsedRules(), suppressions: [] });
    await due.add(sent);
    return raised(due.alerts);
  }

  it("decides on 500 events that come twice and out of order as on the same events in order", async () => {
    const inOrder = events(500);
    const detector = await DeployedDetector.deploy(emulator, parsedRules());

    await detector.send(shuffled([...inOrder, ...inOrder]));

    assert.equal(await detector.settled(200), true, "everything is decided");
    const { alerts } = detector.watch;
    assert.deepEqual(raised(alerts.map(({ alert }) => alert)), await dueOf(inOrder));
    assert.deepEqual(
      alerts.filter(({ copies }) => copies > 1),
      [],
      "no alert is published twice",
    );
  });

  it("loses nothing when it is killed midway, again and again", async function () {
    if (!existsSync("/proc/self/stat")) this.skip();
    const inOrder = events(300);
    const detector = await DeployedDetector.deploy(emulator, parsedRules());

    await detector.send(shuffled(inOrder));
    let killed = 0;
    for (let round = 0; round < 6; round++) {
      await sleep(400);
      killed += await detector.killInstances();
    }

    assert.ok(killed > 0, "instances were running when they were killed");
    assert.equal(await detector.settled(200), true, "everything is decided in the end");
    // What was published just before a kill may come again, under the same id.
    assert.deepEqual(raised(detector.watch.alerts.map(({ alert }) => alert)), await dueOf(inOrder));
  });
});
