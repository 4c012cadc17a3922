import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  advancedEventSelectors,
  type DataEventSelection,
  type EventSelectorArgs,
  MAX_SELECTOR_VALUES,
  type OwnResources,
} from "../../components/event-selectors";
import { isRecorded, type Selector } from "./event-selector-evaluator";
import { promiseOf } from "./outputs";

async function selectors(args: Partial<EventSelectorArgs>): Promise<Selector[]> {
  const built = advancedEventSelectors({
    dataEvents: [],
    networkActivityEventSources: [],
    ownResources: {},
    ...args,
  });
  return promiseOf(built);
}

const all = (resourceType: string, ...arnPrefixes: string[]): DataEventSelection => ({
  resourceType,
  arnPrefixes,
  readWrite: "all",
});

const data = (type: string, arn: string, readOnly = "false") => ({
  eventCategory: "Data",
  "resources.type": type,
  "resources.ARN": arn,
  readOnly,
});

/** Each kind of own resource: what its ARN looks like, and events that carry it or something below it. */
const kinds: readonly {
  readonly owner: keyof OwnResources;
  readonly arn: (name: string) => string;
  readonly events: readonly (readonly [type: string, suffix: string])[];
}[] = [
  {
    owner: "buckets",
    arn: (name) => `arn:aws:s3:::${name}`,
    events: [
      ["AWS::S3::Object", "/AWSLogs/1.json.gz"],
      ["AWS::S3::Object", "/"],
    ],
  },
  {
    owner: "functions",
    arn: (name) => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`,
    events: [
      ["AWS::Lambda::Function", ""],
      ["AWS::Lambda::Function", ":7"],
      ["AWS::Lambda::Function", ":live"],
    ],
  },
  {
    owner: "tables",
    arn: (name) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`,
    events: [
      ["AWS::DynamoDB::Table", ""],
      ["AWS::DynamoDB::Table", "/index/by-time"],
      ["AWS::DynamoDB::Stream", "/stream/2026-01-01T00:00:00.000"],
    ],
  },
  {
    owner: "topics",
    arn: (name) => `arn:aws:sns:eu-west-1:111122223333:${name}`,
    events: [["AWS::SNS::Topic", ""]],
  },
  {
    owner: "queues",
    arn: (name) => `arn:aws:sqs:eu-west-1:111122223333:${name}`,
    events: [["AWS::SQS::Queue", ""]],
  },
];

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const readWrites = fc.constantFrom<DataEventSelection["readWrite"][]>("all", "read", "write");

describe("advancedEventSelectors", () => {
  it("records every management event, read and write, whatever else is asked for", async () => {
    const [first, ...rest] = await selectors({ dataEvents: [all("AWS::S3::Object")] });

    assert.deepEqual(first, {
      name: "Management events",
      fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
    });
    assert.equal(rest.length, 1);
  });

  it("records no data event and no network activity unless asked", async () => {
    const built = await selectors({});

    assert.equal(isRecorded(built, data("AWS::S3::Object", "arn:aws:s3:::any/key")), false);
    assert.equal(
      isRecorded(built, { eventCategory: "NetworkActivity", eventSource: "s3.amazonaws.com" }),
      false,
    );
  });

  for (const [readWrite, expected] of [
    ["all", { read: true, write: true }],
    ["read", { read: true, write: false }],
    ["write", { read: false, write: true }],
  ] as const) {
    it(`records reads and writes as asked: ${readWrite}`, async () => {
      const built = await selectors({
        dataEvents: [{ resourceType: "AWS::S3::Object", arnPrefixes: [], readWrite }],
      });

      const recorded = (readOnly: string) =>
        isRecorded(built, data("AWS::S3::Object", "arn:aws:s3:::some-bucket/key", readOnly));
      assert.deepEqual({ read: recorded("true"), write: recorded("false") }, expected);
    });
  }

  it("records only resources under the prefixes given, own ones left out", async () => {
    const built = await selectors({
      dataEvents: [all("AWS::S3::Object", "arn:aws:s3:::data-", "arn:aws:s3:::archive")],
      ownResources: { buckets: ["arn:aws:s3:::archive"] },
    });

    const recorded = (arn: string) => isRecorded(built, data("AWS::S3::Object", arn));
    assert.deepEqual(
      ["data-1/k", "other/k", "archive/k", "archive-2/k"].map((key) => recorded(`arn:aws:s3:::${key}`)),
      [true, false, false, true],
    );
  });

  it("records network activity with one selector for each event source", async () => {
    const built = await selectors({
      networkActivityEventSources: ["s3.amazonaws.com", "kms.amazonaws.com"],
    });

    assert.deepEqual(
      built.slice(1).map(({ fieldSelectors }) => fieldSelectors),
      ["s3.amazonaws.com", "kms.amazonaws.com"].map((source) => [
        { field: "eventCategory", equals: ["NetworkActivity"] },
        { field: "eventSource", equals: [source] },
      ]),
    );
  });

  it("has one resource type in a data selector, and no field twice", async () => {
    const built = await selectors({
      dataEvents: [all("AWS::S3::Object", "arn:aws:s3:::a/"), all("AWS::Lambda::Function")],
      ownResources: { buckets: ["arn:aws:s3:::archive"], functions: [kinds[1]?.arn("notify") ?? ""] },
    });

    for (const { fieldSelectors } of built.slice(1)) {
      const fields = fieldSelectors.map(({ field }) => field);
      assert.equal(new Set(fields).size, fields.length);
      assert.equal(fieldSelectors.find(({ field }) => field === "resources.type")?.equals?.length, 1);
    }
  });

  it("names an own resource once, however often it is handed in", async () => {
    const built = await selectors({
      dataEvents: [all("AWS::S3::Object")],
      ownResources: { buckets: ["arn:aws:s3:::archive", pulumi.output("arn:aws:s3:::archive")] },
    });

    assert.deepEqual(built[1]?.fieldSelectors.at(-1), {
      field: "resources.ARN",
      notStartsWiths: ["arn:aws:s3:::archive/"],
    });
  });

  for (const { owner, arn, events } of kinds) {
    it(`never records a data event on one of the pipeline's own ${owner}`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(names, { minLength: 1, maxLength: 4 }),
          fc.array(fc.tuple(names, readWrites), { maxLength: 3 }),
          async (own, selections) => {
            const types = [...new Set(events.map(([type]) => type))];
            const built = await selectors({
              ownResources: { [owner]: own.map(arn) },
              dataEvents: types.flatMap((type) => [
                all(type),
                ...selections.map(([name, readWrite]) => ({
                  resourceType: type,
                  arnPrefixes: [arn(name), arn("")],
                  readWrite,
                })),
              ]),
            });
            for (const name of own)
              for (const [type, suffix] of events)
                for (const readOnly of ["true", "false"])
                  assert.equal(isRecorded(built, data(type, arn(name) + suffix, readOnly)), false);
          },
        ),
        { numRuns: 50 },
      );
    });

    it(`goes on recording ${owner} whose names only begin like an own one`, async () => {
      const types = [...new Set(events.map(([type]) => type))];
      const built = await selectors({
        ownResources: { [owner]: [arn("own")] },
        dataEvents: types.map((type) => all(type)),
      });

      for (const [type, suffix] of events)
        assert.equal(isRecorded(built, data(type, arn("own-not") + suffix)), true);
    });
  }

  it("takes as many values as a trail does and no more", async () => {
    // Management event: 1 value; each data event type: category, type and its prefixes.
    const prefixes = (count: number) =>
      Array.from({ length: count }, (_, index) => `arn:aws:s3:::b${index}/`);
    const fits = all("AWS::S3::Object", ...prefixes(MAX_SELECTOR_VALUES - 3));
    const tooMany = all("AWS::S3::Object", ...prefixes(MAX_SELECTOR_VALUES - 2));

    const built = await selectors({ dataEvents: [fits] });
    const values = built
      .flatMap(({ fieldSelectors }) => fieldSelectors)
      .flatMap(({ equals = [], startsWiths = [] }) => [...equals, ...startsWiths]);
    assert.equal(values.length, MAX_SELECTOR_VALUES);
    assert.throws(
      () =>
        advancedEventSelectors({ dataEvents: [tooMany], networkActivityEventSources: [], ownResources: {} }),
      /hold 501 values and CloudTrail takes 500: .*trailkeeper:dataEvents/,
    );
  });

  it("counts the values spent on own resources too", () => {
    const own = Array.from(
      { length: 250 },
      (_, index) => `arn:aws:lambda:eu-west-1:111122223333:function:f${index}`,
    );

    assert.throws(
      () =>
        advancedEventSelectors({
          dataEvents: [all("AWS::Lambda::Function")],
          networkActivityEventSources: [],
          ownResources: { functions: own },
        }),
      /hold 503 values/,
    );
  });
});
