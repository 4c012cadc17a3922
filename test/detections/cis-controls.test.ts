import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CIS_CONTROLS } from "../../detections/cis-controls";
import { matchesMetricFilter } from "../../formats/metric-filter/match";
import { parseMetricFilter } from "../../formats/metric-filter/parse";

/** One line a control: id, tab, the pattern as the Security Hub User Guide (Organizations: the benchmark) prints it. */
const published = new Map(
  readFileSync(join(__dirname, "../fixtures/cis-patterns.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t") as [string, string]),
);

describe("CIS_CONTROLS", () => {
  it("has the controls that were published, in their order", () => {
    assert.deepEqual(
      CIS_CONTROLS.map(({ id }) => id),
      [...published.keys()],
    );
    assert.equal(published.size, 15);
  });

  for (const { id, name, pattern } of CIS_CONTROLS) {
    it(`${id} (${name}) has the published pattern, character by character`, () => {
      assert.equal(pattern, published.get(id));
    });

    it(`${id} (${name}) is a metric filter that CloudWatch Logs takes`, () => {
      assert.equal(parseMetricFilter(pattern).pattern, pattern);
      assert.ok(pattern.length <= 1_024, `${pattern.length} characters`);
    });
  }

  it("gives every control a name of its own that fits into a physical name", () => {
    const names = CIS_CONTROLS.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it("numbers the Security Hub controls 1 to 14 and leaves Organizations to the benchmark", () => {
    assert.deepEqual(
      CIS_CONTROLS.map(({ securityHub }) => securityHub),
      [...Array.from({ length: 14 }, (_, index) => `CloudWatch.${index + 1}`), undefined],
    );
  });

  const examples: readonly { readonly id: string; readonly event: object; readonly near: object }[] = [
    {
      id: "CloudWatch.1",
      event: { userIdentity: { type: "Root" }, eventType: "AwsApiCall" },
      near: { userIdentity: { type: "Root", invokedBy: "support.amazonaws.com" }, eventType: "AwsApiCall" },
    },
    {
      id: "CloudWatch.2",
      event: { errorCode: "Client.UnauthorizedOperation" },
      near: { errorCode: "NoSuchEntity" },
    },
    {
      id: "CloudWatch.3",
      event: {
        eventName: "ConsoleLogin",
        userIdentity: { type: "IAMUser" },
        responseElements: { ConsoleLogin: "Success" },
      },
      near: {
        eventName: "ConsoleLogin",
        userIdentity: { type: "IAMUser" },
        additionalEventData: { MFAUsed: "Yes" },
        responseElements: { ConsoleLogin: "Success" },
      },
    },
    {
      id: "CloudWatch.7",
      event: { eventSource: "kms.amazonaws.com", eventName: "ScheduleKeyDeletion" },
      near: { eventSource: "kms.amazonaws.com", eventName: "CancelKeyDeletion" },
    },
    {
      id: "Organizations",
      event: { eventSource: "organizations.amazonaws.com", eventName: "LeaveOrganization" },
      near: { eventSource: "iam.amazonaws.com", eventName: "AttachPolicy" },
    },
  ];
  for (const { id, event, near } of examples) {
    it(`${id} matches what it is for and not its neighbour`, () => {
      const control = CIS_CONTROLS.find((candidate) => candidate.id === id);
      const filter = parseMetricFilter(control?.pattern ?? "");
      assert.deepEqual(
        [matchesMetricFilter(filter, event), matchesMetricFilter(filter, near)],
        [true, false],
      );
    });
  }
});
