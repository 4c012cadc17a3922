import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { SettingsError } from "../../settings/errors";
import type { SubscriptionSettings } from "../../settings/model";
import { parseSettings } from "../../settings/parse";
import { config, errorOf, settingsOf } from "./stack-config";

const IDENTITY = { project: "trailkeeper", stack: "dev" };

describe("parseSettings", () => {
  it("reports all mistakes at once, each with its key, what is wrong and the allowed form", () => {
    const error = errorOf(
      config({
        "aws:region": "eu-wset-1",
        disposable: "perhaps",
        lockDays: 40,
        retentionDays: 30,
        logRetentionDays: 42,
        locckDays: 1,
        archiveAdministrators: ["role/deploy", "*"],
        alarms: [{ name: "a", pattern: "{", threshold: 1, period: 60 }],
      }),
    );

    assert.ok(pulumi.RunError.isInstance(error), "the CLI prints a RunError without a stack trace");
    assert.deepEqual(
      error.problems.map(({ key }) => key),
      [
        "trailkeeper:locckDays",
        "aws:region",
        "trailkeeper:disposable",
        "trailkeeper:archiveAdministrators[1]",
        "trailkeeper:logRetentionDays",
        "trailkeeper:alarms[0].pattern",
        "trailkeeper:alarms[0]",
        "trailkeeper:lockDays",
      ],
    );
    const [title, ...lines] = error.message.split("\n");
    assert.equal(title, "The configuration of stack dev has 8 mistakes:");
    assert.equal(lines.length, 8);
    assert.equal(lines[2], '  trailkeeper:disposable: is "perhaps"; allowed: true or false');
    for (const line of lines) assert.match(line, /^ {2}\S+: .+; allowed: .+$/);
  });

  it("shows a value that spans lines on one", () => {
    assert.equal(errorOf(config({ trailName: "a\nb" })).message.split("\n").length, 2);
  });

  it("shortens a long value", () => {
    assert.ok(errorOf(config({ trailName: "a b".repeat(1_000) })).message.length < 500);
  });

  for (const [unknown, meant] of [
    ["lockDay", "lockDays"],
    ["LOCKDAYS", "lockDays"],
    ["retentiondays", "retentionDays"],
    ["pageSubscription", "pageSubscriptions"],
    ["archiveAdmins", undefined],
    ["toString", undefined],
  ] as const) {
    it(`refuses the unknown key ${unknown} and suggests ${meant ?? "nothing"}`, () => {
      const [problem] = errorOf(config({ [unknown]: "1" })).problems;

      assert.equal(problem?.key, `trailkeeper:${unknown}`);
      const suggestion = meant === undefined ? "" : `, did you mean trailkeeper:${meant}?`;
      assert.equal(problem.problem, `is no key of this project${suggestion}`);
    });
  }

  it("suggests the property that a misspelt one means", () => {
    const [problem] = errorOf(
      config({ dataEvents: [{ resourceType: "AWS::S3::Object", readwrite: "read" }] }),
    ).problems;
    assert.match(problem?.problem ?? "", /"readwrite", did you mean readWrite\?/);
  });

  it("leaves the keys of other projects and providers alone", () => {
    assert.doesNotThrow(() =>
      settingsOf({ "aws:defaultTags": { tags: {} }, "pulumi:disable-default-providers": ["x"] }),
    );
  });

  it("refuses lists and objects that are no JSON without repeating them", () => {
    const error = errorOf(config({ pageSubscriptions: "[{hunter2", adopt: "{hunter2" }));
    assert.equal(error.problems.length, 2);
    assert.doesNotMatch(error.message, /hunter2/);
  });

  it("freezes the result to its depth", () => {
    const settings = settingsOf({
      dataEvents: [{ resourceType: "AWS::S3::Object", arnPrefixes: ["arn:aws:s3:::a/"] }],
      adopt: { bucket: "example-bucket" },
    });

    const visit = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      assert.ok(Object.isFrozen(value), JSON.stringify(value));
      Object.values(value).forEach(visit);
    };
    visit(settings);
  });
});

describe("the allowed form in a mistake", () => {
  for (const [key, value, allowed] of [
    ["archiveAdministrators", [], /^at least one role\/NAME/],
    [
      "archive",
      [1],
      /^an object {bucketName, keyArn, accessLogBucketName\?, replicaBucketName\?, fileArrivedTopicArn\?}$/,
    ],
    ["adopt", "trail", /^an object$/],
    ["transition", [], /^an object {storageClass, afterDays}$/],
    ["alarms", ["denied"], /^an object {name, pattern, threshold, periodSeconds\?, topic\?}$/],
    ["alarms", "denied", /^a list$/],
    ["lockDays", "long", /^a whole number of days from 1 to 36500$/],
  ] as const) {
    it(`of ${key} ${JSON.stringify(value)} says what to write`, () => {
      const [problem] = errorOf(config({ [key]: value })).problems;

      assert.match(problem?.allowed ?? "", allowed);
    });
  }
});

describe("secrets in settings", () => {
  const subscription = { name: "pager", protocol: "https", endpoint: "https://pager.example.com/hunter2" };

  async function endpointOf([first]: readonly SubscriptionSettings[]) {
    assert.ok(first);
    const endpoint = pulumi.output(first.endpoint);
    return {
      isSecret: await pulumi.isSecret(endpoint),
      value: await new Promise<string>((resolve) => void endpoint.apply(resolve)),
    };
  }

  it("are not printed as a region that is none", () => {
    const values = { ...config().values, "aws:region": "hidden" };

    const error = errorOf({ values, secretKeys: new Set(["aws:region"]) });

    assert.match(error.message, /aws:region: has another form; allowed: a region/);
    assert.doesNotMatch(error.message, /hidden/);
  });

  it("stay secret as endpoints", async () => {
    const stackConfig = config({ pageSubscriptions: [subscription] }, ["pageSubscriptions"]);

    const { pageSubscriptions, warnings } = parseSettings(stackConfig, IDENTITY);

    assert.deepEqual(await endpointOf(pageSubscriptions), { isSecret: true, value: subscription.endpoint });
    assert.equal(pageSubscriptions[0]?.name, "pager");
    assert.doesNotMatch(warnings.join(), /plain text/);
  });

  it("leave the endpoints of the other topic plain", () => {
    const { noticeSubscriptions } = parseSettings(
      config({ pageSubscriptions: [subscription], noticeSubscriptions: [subscription] }, [
        "pageSubscriptions",
      ]),
      IDENTITY,
    );
    assert.equal(noticeSubscriptions[0]?.endpoint, subscription.endpoint);
  });

  it("are refused for keys whose value names or shapes resources", () => {
    const error = errorOf(config({ trailName: "hunter2", lockDays: 7 }, ["trailName", "lockDays"]));

    assert.deepEqual(
      error.problems.map(({ key }) => key),
      ["trailkeeper:trailName", "trailkeeper:lockDays"],
    );
    assert.doesNotMatch(error.message, /hunter2|\b7\b/);
  });

  it("are in no error, whatever is wrong with them and wherever they are", () => {
    // A mark that no message of ours holds, inside otherwise arbitrary text.
    const secret = fc.string().map((text) => `zq${text}zq`);
    const misplaced = fc.oneof(
      secret.map((value) => ({ ...subscription, endpoint: value })),
      secret.map((value) => ({ ...subscription, protocol: "sqs", endpoint: value })),
      secret.map((value) => ({ ...subscription, protocol: value })),
      secret.map((value) => ({ ...subscription, name: `${value} ` })),
      secret.map((value) => ({ ...subscription, [value]: value })),
      secret.map((value) => ({ ...subscription, endpoint: { value } })),
      secret.map((value) => [value]),
      secret,
    );
    const wrong = fc.oneof(
      fc.array(misplaced, { minLength: 1, maxLength: 3 }),
      secret.map((value) => ({ value })),
      secret,
    );

    fc.assert(
      fc.property(
        wrong,
        fc.constantFrom("pageSubscriptions", "noticeSubscriptions"),
        fc.boolean(),
        (value, key, marked) => {
          const error = errorOf(config({ [key]: value }, marked ? [key] : []));
          assert.ok(error instanceof SettingsError);
          assert.doesNotMatch(`${error.message}${JSON.stringify(error.problems)}${error.stack}`, /zq/);
        },
      ),
    );
  });
});
