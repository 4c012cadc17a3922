import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DigestKey,
  type LogFileKey,
  formatDigestKey,
  formatLogFileKey,
  parseObjectKey,
} from "../../../formats/cloudtrail/object-key";

const LOG = {
  accountId: "111122223333",
  region: "us-east-2",
  time: new Date("2015-08-17T14:45:59.123Z"),
  id: "9nYN7gp2eWAJHIfT",
};
const DIGEST = {
  accountId: "111122223333",
  region: "us-east-2",
  trailName: "your-trail-name",
  trailRegion: "eu-west-1",
  time: new Date("2015-08-17T15:01:31Z"),
};

describe("formatLogFileKey", () => {
  it("writes the key as CloudTrail does", () => {
    assert.equal(
      formatLogFileKey(LOG),
      "AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/" +
        "111122223333_CloudTrail_us-east-2_20150817T1445Z_9nYN7gp2eWAJHIfT.json.gz",
    );
  });

  it("puts prefix and organization in their places", () => {
    assert.match(
      formatLogFileKey({ ...LOG, prefix: "audit/trail", organizationId: "o-exampleorgid" }),
      /^audit\/trail\/AWSLogs\/o-exampleorgid\/111122223333\/CloudTrail\//,
    );
  });

  for (const [what, change] of Object.entries({
    "an account id of 11 digits": { accountId: "11112222333" },
    "an id with a slash": { id: "a/b" },
    "no region": { region: "nowhere" },
    "no organization id": { organizationId: "example" },
  })) {
    it(`refuses ${what}`, () => {
      assert.throws(() => formatLogFileKey({ ...LOG, ...change }), RangeError);
    });
  }
});

describe("formatDigestKey", () => {
  it("names region, trail, the trail's own region and the end of the hour", () => {
    assert.equal(
      formatDigestKey(DIGEST),
      "AWSLogs/111122223333/CloudTrail-Digest/us-east-2/2015/08/17/" +
        "111122223333_CloudTrail-Digest_us-east-2_your-trail-name_eu-west-1_20150817T150131Z.json.gz",
    );
  });

  it("marks a backfill digest", () => {
    assert.match(formatDigestKey({ ...DIGEST, backfill: true }), /_20150817T150131Z_backfill\.json\.gz$/);
  });
});

describe("parseObjectKey", () => {
  const kinds = {
    log: "CloudTrail",
    insight: "CloudTrail-Insight",
    "network-activity": "CloudTrail-NetworkActivity",
    aggregated: "CloudTrail-Aggregated",
  };
  for (const [kind, folder] of Object.entries(kinds)) {
    it(`tells the kind ${kind} by its folder`, () => {
      const name = `111122223333_${folder}_us-gov-west-1_20260102T0304Z_abc.json.gz`;
      assert.deepEqual(parseObjectKey(`AWSLogs/111122223333/${folder}/us-gov-west-1/2026/01/02/${name}`), {
        kind,
        accountId: "111122223333",
        region: "us-gov-west-1",
        time: new Date("2026-01-02T03:04:00Z"),
        id: "abc",
      });
    });
  }

  it("reads the name without an underscore before the id", () => {
    const key = formatLogFileKey(LOG).replace("Z_", "Z");
    assert.deepEqual(parseObjectKey(key), parseObjectKey(formatLogFileKey(LOG)));
  });

  const foreign = [
    "",
    "AWSLogs/111122223333/CloudTrail/",
    "AWSLogs/111122223333/CloudTrail/us-east-2/2015/08/17/notes.json.gz",
    "AWSLogs/111122223333/Config/us-east-2/2015/8/17/x.json.gz",
    formatLogFileKey(LOG).replace(".gz", ""),
    formatLogFileKey(LOG).replace("AWSLogs/111122223333", "AWSLogs/444455556666"),
    formatLogFileKey(LOG).replace("us-east-2_", "us-east-1_"),
    formatLogFileKey(LOG).replace("20150817T", "20150832T"),
    formatLogFileKey(LOG).replace("_20150817T", "_20150631T"),
    formatLogFileKey(LOG).replace("AWSLogs", "awslogs"),
    formatDigestKey(DIGEST).replace("CloudTrail-Digest/", "CloudTrail/"),
    formatDigestKey(DIGEST).replace("CloudTrail-Digest/", "CloudTrail-Other/"),
  ];
  for (const key of foreign) {
    it(`knows that CloudTrail did not write ${JSON.stringify(key)}`, () => {
      assert.equal(parseObjectKey(key), undefined);
    });
  }

  const base = {
    accountId: fc.stringMatching(/^\d{12}$/),
    region: fc.constantFrom("eu-west-1", "us-gov-east-1", "cn-north-1", "eusc-de-east-1"),
    organizationId: fc.stringMatching(/^o-[a-z0-9]{10,32}$/),
    prefix: fc.stringMatching(/^[A-Za-z0-9!_.'()-]{1,9}(?:\/AWSLogs)?(?:\/[a-z]{1,9})?$/),
  };
  const seconds = fc.date({
    min: new Date("2013-01-01T00:00:00Z"),
    max: new Date("2999-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  const cutTo = (date: Date, milliseconds: number) =>
    new Date(Math.floor(date.getTime() / milliseconds) * milliseconds);

  it("is the inverse of formatLogFileKey", () => {
    const keys: fc.Arbitrary<LogFileKey> = fc.record(
      {
        ...base,
        kind: fc.constantFrom(
          "log" as const,
          "insight" as const,
          "network-activity" as const,
          "aggregated" as const,
        ),
        time: seconds.map((date) => cutTo(date, 60_000)),
        id: fc.stringMatching(/^[A-Za-z0-9]{1,16}$/),
      },
      { requiredKeys: ["accountId", "region", "kind", "time", "id"], noNullPrototype: true },
    );
    fc.assert(fc.property(keys, (key) => assert.deepEqual(parseObjectKey(formatLogFileKey(key)), key)));
  });

  it("is the inverse of formatDigestKey", () => {
    const keys: fc.Arbitrary<DigestKey> = fc.record(
      {
        ...base,
        kind: fc.constant("digest" as const),
        trailName: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{1,60}[A-Za-z0-9]$/),
        trailRegion: base.region,
        time: seconds.map((date) => cutTo(date, 1_000)),
        backfill: fc.boolean(),
      },
      {
        requiredKeys: ["accountId", "region", "kind", "trailName", "trailRegion", "time", "backfill"],
        noNullPrototype: true,
      },
    );
    fc.assert(fc.property(keys, (key) => assert.deepEqual(parseObjectKey(formatDigestKey(key)), key)));
  });
});
