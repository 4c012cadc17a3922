import assert from "node:assert/strict";
import { diffInputs } from "../../../local/aws-provider/diff";
import { definitionOf } from "../../../local/aws-provider/registry";
import { wireArchive, wireSecret, WIRE_UNKNOWN } from "./provider-client";

function diff(type: string, old: Record<string, unknown>, inputs: Record<string, unknown>) {
  return diffInputs(definitionOf(type, "thing"), old, inputs);
}

const KEY = "aws:kms/key:Key";
const QUEUE = "aws:sqs/queue:Queue";

describe("comparing inputs", () => {
  it("names the inputs that were added, changed and removed", () => {
    const { changed, replaces } = diff(
      QUEUE,
      { name: "q", delaySeconds: 1, policy: "{}" },
      { name: "q", delaySeconds: 2, maxMessageSize: 4096 },
    );

    assert.deepEqual(changed, ["delaySeconds", "maxMessageSize", "policy"]);
    assert.deepEqual(replaces, []);
  });

  const same: { title: string; old: unknown; inputs: unknown }[] = [
    { title: "key order", old: { a: 1, b: { c: 2, d: 3 } }, inputs: { b: { d: 3, c: 2 }, a: 1 } },
    {
      title: "the layout of a JSON document",
      old: '{"Version":"2012-10-17","Statement":[]}',
      inputs: '{ "Statement": [],\n "Version": "2012-10-17" }',
    },
    { title: "secrecy", old: "x", inputs: wireSecret("x") },
  ];
  for (const { title, old, inputs } of same)
    it(`does not count ${title}`, () => {
      assert.deepEqual(diff(KEY, { policy: old }, { policy: inputs }).changed, []);
    });

  it("counts the order of a list", () => {
    assert.deepEqual(diff(KEY, { policy: ["a", "b"] }, { policy: ["b", "a"] }).changed, ["policy"]);
  });

  it("compares a metric filter pattern, which only looks like JSON, as text", () => {
    const filter = "aws:cloudwatch/logMetricFilter:LogMetricFilter";

    assert.deepEqual(diff(filter, { pattern: "{ $.a = 1 }" }, { pattern: "{ $.a = 2 }" }).changed, [
      "pattern",
    ]);
  });

  it("compares archives by hash when both have one", () => {
    const lambda = "aws:lambda/function:Function";
    const stored = { ...wireArchive({ "index.js": "1" }), hash: "abc" };

    assert.deepEqual(diff(lambda, { code: stored }, { code: { ...stored, assets: {} } }).changed, []);
    assert.deepEqual(diff(lambda, { code: stored }, { code: { ...stored, hash: "def" } }).changed, ["code"]);
  });

  it("counts an unknown value as a change", () => {
    assert.deepEqual(diff(KEY, { description: WIRE_UNKNOWN }, { description: WIRE_UNKNOWN }).changed, [
      "description",
    ]);
  });

  it("replaces on the inputs that cannot change in place", () => {
    assert.deepEqual(diff(KEY, { multiRegion: false }, { multiRegion: true }).replaces, ["multiRegion"]);
  });

  it("replaces when the region changes", () => {
    assert.deepEqual(diff(KEY, { region: "eu-west-1" }, { region: "eu-central-1" }).replaces, ["region"]);
  });

  it("deletes first only what would keep its physical name", () => {
    const fifo = (name: string, filledIn: string[]) => ({ name, __defaults: filledIn });
    const named = diff(QUEUE, { fifoQueue: false, ...fifo("q", []) }, { fifoQueue: true, ...fifo("q", []) });
    const automatic = diff(
      QUEUE,
      { fifoQueue: false, ...fifo("q-1", ["name"]) },
      { fifoQueue: true, ...fifo("q-1", ["name"]) },
    );

    assert.equal(named.deleteBeforeReplace, true);
    assert.equal(automatic.deleteBeforeReplace, false);
  });
});
