import assert from "node:assert/strict";
import fc from "fast-check";
import { DESIRED, FakeStack, TRAIL_ARN } from "./fake-stack";
import { alertOf, RestoreWorld, START_MS } from "./restore-fixtures";

const OTHER_BUCKET_POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" }],
});

interface Damage {
  readonly what: string;
  readonly to: (aws: FakeStack) => void;
  readonly repairs: readonly string[];
  readonly says: string;
}

const trailOf = (aws: FakeStack) => aws.trail ?? assert.fail("there is no trail");
const bucketOf = (aws: FakeStack) => aws.bucket ?? assert.fail("there is no bucket");

/** Everything that an attacker could do to a part, and what puts it back. */
const DAMAGES: readonly Damage[] = [
  {
    what: "logging is stopped",
    to: (aws) => (trailOf(aws).isLogging = false),
    repairs: ["cloudtrail:StartLogging"],
    says: "started logging",
  },
  ...(
    [
      ["log file validation is switched off", { EnableLogFileValidation: false }],
      ["the trail records one Region", { IsMultiRegionTrail: false }],
      ["global services are left out", { IncludeGlobalServiceEvents: false }],
      ["files are delivered to another bucket", { S3BucketName: "attacker" }],
      ["files are delivered under another prefix", { S3KeyPrefix: "elsewhere" }],
      ["files are encrypted with another key", { KmsKeyId: "arn:aws:kms:eu-west-1:999988887777:key/theirs" }],
      ["files are not encrypted", { KmsKeyId: "" }],
      [
        "nothing is delivered to CloudWatch Logs",
        { CloudWatchLogsLogGroupArn: "", CloudWatchLogsRoleArn: "" },
      ],
    ] as const
  ).map(([what, change]) => ({
    what,
    to: (aws: FakeStack) => Object.assign(trailOf(aws).settings, change),
    repairs: ["cloudtrail:UpdateTrail"],
    says: "put back its settings",
  })),
  {
    what: "an event selector is gone",
    to: (aws) => trailOf(aws).advanced?.pop(),
    repairs: ["cloudtrail:PutEventSelectors"],
    says: "put back its event selectors",
  },
  {
    what: "an event selector leaves out more",
    to: (aws) => trailOf(aws).advanced?.[1]?.FieldSelectors?.[2]?.NotStartsWith?.push("arn:aws:s3:::crown"),
    repairs: ["cloudtrail:PutEventSelectors"],
    says: "put back its event selectors",
  },
  {
    what: "basic event selectors stand instead of advanced ones",
    to: (aws) => {
      delete trailOf(aws).advanced;
      trailOf(aws).basic = [{ ReadWriteType: "ReadOnly", IncludeManagementEvents: true }];
    },
    repairs: ["cloudtrail:PutEventSelectors"],
    says: "put back its event selectors",
  },
  {
    what: "Insights are switched off",
    to: (aws) => delete trailOf(aws).insights,
    repairs: ["cloudtrail:PutInsightSelectors"],
    says: "put back its Insights selectors",
  },
  {
    what: "the public access block is gone",
    to: (aws) => delete bucketOf(aws).publicAccessBlock,
    repairs: ["s3:PutPublicAccessBlock"],
    says: "put back the archive's public access block",
  },
  {
    what: "the public access block blocks less",
    to: (aws) =>
      (bucketOf(aws).publicAccessBlock = {
        ...DESIRED.archive?.publicAccessBlock,
        RestrictPublicBuckets: false,
      }),
    repairs: ["s3:PutPublicAccessBlock"],
    says: "put back the archive's public access block",
  },
  {
    what: "the bucket policy is gone",
    to: (aws) => delete bucketOf(aws).policy,
    repairs: ["s3:PutBucketPolicy"],
    says: "put back the archive's bucket policy",
  },
  {
    what: "the bucket policy is another",
    to: (aws) => (bucketOf(aws).policy = OTHER_BUCKET_POLICY),
    repairs: ["s3:PutBucketPolicy"],
    says: "put back the archive's bucket policy",
  },
];

const DEPLOYED = new FakeStack().state;

describe("Restorer", () => {
  let world: RestoreWorld;

  beforeEach(() => {
    world = new RestoreWorld();
  });

  describe("puts back", () => {
    for (const { what, to, repairs, says } of DAMAGES)
      it(`what differs when ${what}, and nothing else`, async () => {
        to(world.aws);

        await world.restore();

        assert.deepEqual(world.aws.changes, repairs);
        assert.deepEqual(world.aws.state, DEPLOYED);
        const record = await world.record();
        assert.deepEqual([record.status, record.verified], ["done", true]);
        assert.equal(record.sentence, `Restored trail audit: ${says}`);
      });

    it("all that differs, logging first, and the archive before the settings that need it", async () => {
      for (const { to } of DAMAGES) to(world.aws);

      await world.restore();

      assert.deepEqual(world.aws.changes, [
        "cloudtrail:StartLogging",
        "s3:PutPublicAccessBlock",
        "s3:PutBucketPolicy",
        "cloudtrail:UpdateTrail",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:PutInsightSelectors",
      ]);
      assert.deepEqual(world.aws.state, DEPLOYED);
    });

    it("only the settings that differ, and what CloudTrail takes together", async () => {
      trailOf(world.aws).settings.CloudWatchLogsRoleArn = "arn:aws:iam::111122223333:role/other";

      await world.restore();

      const update = world.aws.calls.find(({ operation }) => operation === "cloudtrail:UpdateTrail");
      const { CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn } = DESIRED.trail.settings;
      assert.deepEqual(update?.input, { Name: TRAIL_ARN, CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn });
    });

    it("nothing where AWS only writes the same in another order", async () => {
      const trail = trailOf(world.aws);
      trail.advanced?.reverse();
      trail.advanced?.[0]?.FieldSelectors?.reverse();
      trail.advanced?.[0]?.FieldSelectors?.[0]?.NotStartsWith?.reverse();
      const { policy } = structuredClone(DESIRED.archive ?? assert.fail());
      policy.Statement.reverse();
      Object.assign(policy.Statement[0] ?? {}, { Resource: ["arn:aws:s3:::archive-1a2b3c4"] });
      bucketOf(world.aws).policy = JSON.stringify(policy);

      await world.restore();

      assert.deepEqual(world.aws.changes, []);
      assert.equal((await world.record()).reason, "already-contained");
    });

    it("nothing that the stack does not manage: neither an archive of another account nor Insights of others", async () => {
      const { archive, ...desired } = DESIRED;
      world = new RestoreWorld({ desired: { ...desired, trail: { ...desired.trail, insightTypes: [] } } });
      void archive;
      trailOf(world.aws).insights = ["ApiErrorRateInsight"];
      trailOf(world.aws).isLogging = false;

      await world.restore();

      assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging"]);
      assert.deepEqual(
        world.aws.calls.filter(({ operation }) => /s3:|Insight/.test(operation)),
        [],
      );
    });
  });

  describe("records and tells", () => {
    it("what was found, what was called and that it holds, under one id", async () => {
      trailOf(world.aws).isLogging = false;

      await world.restore();

      const record = await world.record();
      assert.deepEqual(record, {
        schemaVersion: 1,
        id: record.id,
        playbook: "restore-trail",
        mode: "enforce",
        status: "done",
        sentence: "Restored trail audit: started logging",
        ...alertOf(),
        target: {
          partition: "aws",
          accountId: "111122223333",
          region: "eu-west-1",
          ids: { trailName: "audit", bucketName: "archive-1a2b3c4" },
        },
        orderedBy: "alert",
        before: { logging: false },
        calls: [
          {
            operation: "cloudtrail:StartLogging",
            input: { Name: TRAIL_ARN },
            outcome: "made",
            time: new Date(START_MS).toISOString(),
          },
        ],
        verified: true,
        createdTime: new Date(START_MS).toISOString(),
        updatedTime: new Date(START_MS).toISOString(),
      });
      assert.match(record.id, /^[0-9a-f]{32}$/);
      assert.deepEqual(
        world.told.map(({ id, status, level, sentence, command }) => ({
          id,
          status,
          level,
          sentence,
          command,
        })),
        [
          {
            id: record.id,
            status: "done",
            level: "critical",
            sentence: record.sentence,
            command: undefined,
          },
        ],
      );
    });

    it("before the first call what is going to be made", async () => {
      for (const { to } of DAMAGES) to(world.aws);
      const seen: string[][] = [];
      const { store } = world;
      const spied = new RestoreWorld({
        store: Object.assign(Object.create(store) as typeof store, {
          save: (...[record, holder]: Parameters<typeof store.save>) => {
            seen.push([record.status, ...record.calls.map(({ outcome }) => outcome)]);
            return store.save(record, holder);
          },
        }),
      });
      trailOf(spied.aws).isLogging = false;
      delete bucketOf(spied.aws).policy;

      await spied.restore();

      assert.deepEqual(seen, [
        ["running", "planned", "planned"],
        ["running", "made", "planned"],
        ["running", "made", "made"],
        ["done", "made", "made"],
      ]);
    });

    it("that nothing was to be done, to nobody in particular", async () => {
      await world.restore();

      const { status, reason, calls, verified } = await world.record();
      assert.deepEqual([status, reason, calls, verified], ["skipped", "already-contained", [], undefined]);
      assert.deepEqual(
        world.told.map(({ level }) => level),
        ["informational"],
      );
    });

    it("that it did not hold, when what was put back is not so afterwards", async () => {
      trailOf(world.aws).isLogging = false;
      world.aws.onCall = (operation) => {
        if (operation === "cloudtrail:GetTrailStatus") trailOf(world.aws).isLogging = false;
      };

      await world.restore();

      const { status, verified, sentence } = await world.record();
      assert.deepEqual([status, verified], ["partial", false]);
      assert.equal(sentence, "Restored trail audit: started logging; it was not seen to be so afterwards");
      assert.deepEqual(
        world.told.map(({ level, command }) => [level, command]),
        [["critical", "pulumi up --refresh"]],
      );
    });
  });

  describe("a deleted trail", () => {
    it("pages and is not made again", async () => {
      delete world.aws.trail;

      await world.restore();

      assert.deepEqual(world.aws.changes, []);
      const [outcome] = world.told;
      assert.deepEqual([outcome?.status, outcome?.reason, outcome?.level], ["skipped", "gone", "critical"]);
      assert.equal(outcome?.sentence, "Trail audit is deleted, and is not made again by itself");
      assert.equal(outcome?.command, "pulumi up --refresh");
    });

    it("does not keep the archive from being put back", async () => {
      delete world.aws.trail;
      delete bucketOf(world.aws).policy;

      await world.restore();

      assert.deepEqual(world.aws.changes, ["s3:PutBucketPolicy"]);
      const [outcome] = world.told;
      assert.deepEqual([outcome?.status, outcome?.level], ["partial", "critical"]);
      assert.match(outcome?.sentence ?? "", /put back the archive's bucket policy; trail audit is deleted/);
    });

    it("that has an archive deleted too is said to", async () => {
      delete world.aws.trail;
      delete world.aws.bucket;

      await world.restore();

      assert.match(world.told[0]?.sentence ?? "", /^Trail audit is deleted.*the archive's bucket is deleted/);
    });
  });

  describe("a second stop", () => {
    const stopAndRestore = async (alertId: string) => {
      trailOf(world.aws).isLogging = false;
      await world.restore(alertOf(alertId));
    };

    it("within the hour is restored, and pages as an attack in progress", async () => {
      await stopAndRestore("first");
      world.nowMs += 59 * 60_000;

      await stopAndRestore("second");

      assert.equal(trailOf(world.aws).isLogging, true);
      assert.deepEqual(
        world.told.map(({ level, sentence }) => [level, sentence]),
        [
          ["critical", "Restored trail audit: started logging"],
          [
            "critical",
            "Attack in progress: what was restored within the last hour was changed again; " +
              "restored trail audit: started logging",
          ],
        ],
      );
    });

    it("within the hour pages whatever the level of its alert", async () => {
      await stopAndRestore("first");
      trailOf(world.aws).isLogging = false;
      const second = alertOf("second");

      await world.restore({ ...second, alert: { ...second.alert, level: "low" } });

      assert.equal(world.told[1]?.level, "critical");
    });

    it("is seen as such behind a flood of alerts that changed nothing", async () => {
      await stopAndRestore("first");
      for (let alert = 0; alert < 300; alert++) await world.restore(alertOf(`flood-${alert}`));

      await stopAndRestore("second");

      assert.match(world.told.at(-1)?.sentence ?? "", /^Attack in progress/);
    });

    for (const [what, later] of [
      ["after more than an hour", 60 * 60_000 + 1],
      ["of something else", 0],
    ] as const)
      it(`${what} is a first one`, async () => {
        await stopAndRestore("first");
        world.nowMs += later;
        if (later === 0) delete bucketOf(world.aws).policy;
        else trailOf(world.aws).isLogging = false;

        await world.restore(alertOf("second"));

        assert.match(world.told.at(-1)?.sentence ?? "", /^Restored trail audit: /);
      });

    it("is restored as often as it comes: there is no circuit breaker", async () => {
      for (let stop = 0; stop < 50; stop++) await stopAndRestore(`stop-${stop}`);

      assert.equal(world.aws.changes.length, 50);
      assert.equal(trailOf(world.aws).isLogging, true);
    });
  });

  describe("while it observes", () => {
    beforeEach(() => {
      world = new RestoreWorld({ desired: { ...DESIRED, mode: "observe" } });
    });

    it("changes nothing, and records the exact calls that it would make", async () => {
      for (const { to } of DAMAGES) to(world.aws);

      await world.restore();

      assert.deepEqual(world.aws.changes, []);
      const { status, reason, calls } = await world.record();
      assert.deepEqual([status, reason], ["proposed", "observed"]);
      assert.deepEqual(
        calls.map(({ operation, outcome }) => [operation, outcome]),
        [
          ["cloudtrail:StartLogging", "planned"],
          ["s3:PutPublicAccessBlock", "planned"],
          ["s3:PutBucketPolicy", "planned"],
          ["cloudtrail:UpdateTrail", "planned"],
          ["cloudtrail:PutEventSelectors", "planned"],
          ["cloudtrail:PutInsightSelectors", "planned"],
        ],
      );
    });

    it("says so in working hours, with what brings it back", async () => {
      trailOf(world.aws).isLogging = false;

      await world.restore();

      const [outcome] = world.told;
      assert.deepEqual(
        [outcome?.sentence, outcome?.level, outcome?.command],
        [
          "Would restore trail audit: start logging; nothing was changed, since restore-trail only observes",
          "medium",
          "pulumi up --refresh",
        ],
      );
    });

    it("still pages for a trail that is deleted", async () => {
      delete world.aws.trail;
      delete bucketOf(world.aws).policy;

      await world.restore();

      assert.equal(world.told[0]?.level, "critical");
    });
  });

  describe("a failure", () => {
    it("that passes is tried again when the alert comes again, with what was made and found kept", async () => {
      trailOf(world.aws).isLogging = false;
      delete bucketOf(world.aws).policy;
      world.aws.fail(/PutBucketPolicy/, "SlowDown", 1);

      await assert.rejects(world.restore(), /bucket-policy: SlowDown/);
      const unfinished = await world.record();
      await world.restore();

      assert.deepEqual(
        [unfinished.status, ...unfinished.calls.map(({ operation, outcome }) => `${operation} ${outcome}`)],
        ["running", "cloudtrail:StartLogging made", "s3:PutBucketPolicy failed"],
      );
      assert.deepEqual(world.aws.changes, [
        "cloudtrail:StartLogging",
        "s3:PutBucketPolicy",
        "s3:PutBucketPolicy",
      ]);
      const record = await world.record();
      assert.deepEqual(record.before, { logging: false, "bucket-policy": {} });
      assert.deepEqual(
        [record.status, ...record.calls.map(({ outcome }) => outcome)],
        ["done", "made", "made"],
      );
      assert.equal(world.told.length, 1);
    });

    it("that passes ends with the last attempt, which says what is missing", async () => {
      trailOf(world.aws).isLogging = false;
      delete bucketOf(world.aws).policy;
      world.aws.fail(/PutBucketPolicy/, "SlowDown");

      await world.restore(alertOf(), true);

      const { status, calls } = await world.record();
      assert.equal(status, "partial");
      assert.deepEqual(calls[1]?.error, "SlowDown: as the test wants");
      assert.deepEqual(
        world.told.map(({ level, sentence }) => [level, sentence]),
        [
          [
            "critical",
            "Restored trail audit: started logging; could not put back the archive's bucket policy (SlowDown)",
          ],
        ],
      );
    });

    it("to see a part for a reason that passes does not keep the others from being put back", async () => {
      trailOf(world.aws).isLogging = false;
      world.aws.fail(/GetBucketPolicy/, "SlowDown", 1);

      await assert.rejects(world.restore(), /SlowDown/);

      assert.equal(trailOf(world.aws).isLogging, true);
    });

    it("that CloudTrail gives for a trail in change is one that passes", async () => {
      trailOf(world.aws).isLogging = false;
      world.aws.fail(/StartLogging/, "ConflictException", 1);

      await assert.rejects(world.restore(), /ConflictException/);
      await world.restore();

      assert.equal(trailOf(world.aws).isLogging, true);
    });

    it("by refusal ends at once, the others being put back", async () => {
      for (const { to } of DAMAGES) to(world.aws);
      world.aws.fail(/StartLogging|PutBucketPolicy/, "AccessDeniedException");

      await world.restore();

      const { status, sentence } = await world.record();
      assert.equal(status, "partial");
      assert.match(
        sentence,
        /could not start logging \(AccessDeniedException\); could not put back the archive/,
      );
      assert.equal(world.aws.changes.length, 6);
    });

    it("of everything is said to be one", async () => {
      trailOf(world.aws).isLogging = false;
      world.aws.fail(/StartLogging/, "AccessDeniedException");

      await world.restore();

      assert.deepEqual(
        world.told.map(({ status, level, sentence }) => [status, level, sentence]),
        [["failed", "critical", "Could not start logging (AccessDeniedException)"]],
      );
    });

    it("to show a part, by refusal, is a change of it: all of it is put back unseen", async () => {
      bucketOf(world.aws).policy = OTHER_BUCKET_POLICY;
      trailOf(world.aws).settings.EnableLogFileValidation = false;
      world.aws.fail(/GetBucketPolicy|GetTrail$/, "AccessDenied", 2);

      await world.restore();

      assert.deepEqual(world.aws.changes, ["s3:PutBucketPolicy", "cloudtrail:UpdateTrail"]);
      assert.deepEqual(world.aws.state, DEPLOYED);
    });

    it("to tell is tried again, with nothing called twice", async () => {
      let failures = 1;
      const told: string[] = [];
      world = new RestoreWorld({
        tell: ({ status }) => {
          if (failures-- > 0) return Promise.reject(new Error("no bus"));
          told.push(status);
          return Promise.resolve();
        },
      });
      trailOf(world.aws).isLogging = false;

      await assert.rejects(world.restore(), /no bus/);
      await world.restore();

      assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging"]);
      assert.deepEqual(told, ["done"]);
    });

    it("to act on a bucket that somebody else has made under the archive's name is not tried", async () => {
      bucketOf(world.aws).ownerId = "999988887777";
      bucketOf(world.aws).policy = OTHER_BUCKET_POLICY;

      await world.restore();

      assert.equal(bucketOf(world.aws).policy, OTHER_BUCKET_POLICY);
      assert.equal(world.told[0]?.status, "failed");
    });
  });

  describe("an alert", () => {
    for (const [what, actor] of [
      ["role", { sessionIssuerArn: "arn:aws:iam::111122223333:role/audit-restore" }],
      ["role's session", { arn: "arn:aws:sts::111122223333:assumed-role/audit-respond/f" }],
    ] as const)
      it(`that our own ${what} has caused changes nothing, and leaves no record`, async () => {
        trailOf(world.aws).isLogging = false;

        await world.restore(alertOf("own", actor));

        assert.deepEqual([world.aws.calls, await world.records(), world.told], [[], [], []]);
        assert.match(world.log[0]?.message ?? "", /one of our own roles/);
      });

    for (const actor of [
      { sessionIssuerArn: "arn:aws:iam::999988887777:role/audit-restore" },
      { sessionIssuerArn: "arn:aws:iam::111122223333:role/not-audit-restore" },
      { arn: undefined },
      { type: "Root", arn: "arn:aws:iam::111122223333:root" },
    ])
      it(`by ${JSON.stringify(actor)} is followed`, async () => {
        trailOf(world.aws).isLogging = false;

        await world.restore(alertOf("other", actor));

        assert.equal(trailOf(world.aws).isLogging, true);
      });

    it("that has ended is not looked at again", async () => {
      await world.restore();
      trailOf(world.aws).isLogging = false;
      const before = world.aws.calls.length;

      await world.restore();

      assert.equal(world.aws.calls.length, before);
    });

    it("that another attempt is at comes again", async () => {
      trailOf(world.aws).isLogging = false;
      const first = world.restore();

      await assert.rejects(world.restore(), { name: "ResponseBusyError" });
      await first;

      assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging"]);
    });

    it("whose attempt has died is taken over when its lease ends, and goes on from its record", async () => {
      trailOf(world.aws).isLogging = false;
      delete bucketOf(world.aws).policy;
      const dead = new RestoreWorld({
        store: world.store,
        call: (operation, input) =>
          operation === "s3:PutBucketPolicy"
            ? new Promise(() => undefined)
            : world.aws.call(operation, input),
      });
      void dead.restore();
      await new Promise((resolve) => setTimeout(resolve, 20));

      await assert.rejects(world.restore(), { name: "ResponseBusyError" });
      world.nowMs += 61_000;
      await world.restore();

      assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging", "s3:PutBucketPolicy"]);
      const { status, calls } = await world.record();
      assert.deepEqual([status, ...calls.map(({ outcome }) => outcome)], ["done", "made", "made"]);
    });
  });

  it("keeps in its record a call that an attempt made and then died of", async () => {
    trailOf(world.aws).isLogging = false;
    const dead = new RestoreWorld({
      store: world.store,
      call: async (operation, input) => {
        const answer = await world.aws.call(operation, input);
        return operation === "cloudtrail:StartLogging" ? new Promise(() => undefined) : answer;
      },
    });
    void dead.restore();
    await new Promise((resolve) => setTimeout(resolve, 20));

    world.nowMs += 61_000;
    await world.restore();

    assert.deepEqual(world.aws.changes, ["cloudtrail:StartLogging"]);
    const { status, before, calls } = await world.record();
    assert.deepEqual(
      [status, before, calls.map(({ operation, outcome }) => [operation, outcome])],
      ["done", { logging: false }, [["cloudtrail:StartLogging", "found"]]],
    );
    assert.equal(world.told[0]?.sentence, "Restored trail audit: started logging");
  });

  it("ends as deployed with each call at most once, whatever alerts come how often, in which order and at the same time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...DAMAGES.keys()], { minLength: 1 }),
        fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        async (damages, alerts, delays) => {
          const raced = new RestoreWorld();
          for (const index of damages) DAMAGES[index]?.to(raced.aws);
          const call = raced.aws.call;
          const slowly = new RestoreWorld({
            store: raced.store,
            call: async (operation, input) => {
              for (let turn = Number(delays.next().value); turn > 0; turn--)
                await new Promise((resolve) => setImmediate(resolve));
              return call(operation, input);
            },
          });

          let waiting = alerts;
          while (waiting.length > 0) {
            const results = await Promise.allSettled(waiting.map((id) => slowly.restore(alertOf(id))));
            waiting = waiting.filter((_, index) => results[index]?.status === "rejected");
          }

          assert.deepEqual(raced.aws.state, DEPLOYED);
          const changes = raced.aws.changes;
          assert.deepEqual(changes, [...new Set(changes)]);
          const records = await raced.store.list({ limit: 100 });
          assert.equal(records.length, new Set(alerts).size);
          assert.deepEqual(records.filter(({ status }) => status === "done").length, 1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is as deployed after any failures that pass, and its record says every call that was made", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...DAMAGES.keys()], { minLength: 1 }),
        fc.array(fc.constantFrom("Throttling", "SlowDown", "InternalError", undefined), { maxLength: 40 }),
        async (damages, failures) => {
          const flaky = new RestoreWorld();
          for (const index of damages) DAMAGES[index]?.to(flaky.aws);
          const pending = [...failures];
          flaky.aws.onCall = () => {
            flaky.aws.heal();
            const code = pending.shift();
            if (code !== undefined) flaky.aws.fail(/./, code, 1);
          };

          for (let attempt = 0; attempt < 50; attempt++) {
            const error = await flaky.restore().then(
              () => undefined,
              (thrown: unknown) => thrown as Error,
            );
            if (!error) break;
            assert.equal(error.name, "UnfinishedResponseError");
          }

          assert.deepEqual(flaky.aws.state, DEPLOYED);
          const record = await flaky.record();
          const made = record.calls
            .filter(({ outcome }) => outcome === "made")
            .map(({ operation }) => operation);
          assert.deepEqual(new Set(flaky.aws.changes), new Set(made));
          assert.equal(flaky.told.length, 1);
        },
      ),
      { numRuns: 100 },
    );
  });
});
