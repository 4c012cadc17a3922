import assert from "node:assert/strict";
import { accessLogBucketPolicy } from "../../components/policies/archive-access-log-policy";
import { archiveBucketPolicy } from "../../components/policies/archive-bucket-policy";
import { archiveKeyPolicy } from "../../components/policies/archive-key-policy";
import { archiveTopicPolicy } from "../../components/policies/archive-topic-policy";
import type { Graph } from "../support/graph";
import {
  ACCOUNT,
  ADMINISTRATOR,
  BUCKET_TYPE,
  KEY_TYPE,
  OTHER_ACCOUNT,
  REPLICATED,
  TOPIC_POLICY_TYPE,
  buildArchive,
  policyOf,
  s3Type,
  trailArnIn,
} from "./build-log-archive";

describe("LogArchive", () => {
  describe("policies", () => {
    const clouds = [
      { partition: "aws", region: "eu-west-1" },
      { partition: "aws-cn", region: "cn-north-1" },
      { partition: "aws-us-gov", region: "us-gov-west-1" },
    ];
    for (const cloud of clouds) {
      it(`are those of the policy documents, in partition ${cloud.partition}`, async () => {
        const { partition, region } = cloud;
        const readers = [`arn:${partition}:iam::${OTHER_ACCOUNT}:role/Investigator`];
        const organizationId = "o-exampleorg1";
        const { graph } = await buildArchive({ readers, organizationId }, cloud);
        const bucketArn = `arn:${partition}:s3:::archive-bucket-1a2b3c4`;
        const facts = {
          partition,
          region,
          accountId: ACCOUNT,
          bucketArn,
          trailArn: trailArnIn(cloud, ACCOUNT),
          trailAccountId: ACCOUNT,
          organizationId,
          administratorArns: [`arn:${partition}:iam::${ACCOUNT}:${ADMINISTRATOR}`],
          readers,
        };
        const accessLogs = { ...facts, bucketArn: `arn:${partition}:s3:::archive-access-logs-1a2b3c4` };
        const topicArn = `arn:${partition}:sns:${region}:${ACCOUNT}:archive-file-arrived-1a2b3c4`;
        const policies = graph.all(s3Type("BucketPolicy"));
        assert.deepEqual(
          Object.fromEntries(policies.map((resource) => [resource.name, policyOf(resource)])),
          {
            "archive-bucket-policy": archiveBucketPolicy(facts),
            "archive-access-logs-policy": accessLogBucketPolicy({
              ...accessLogs,
              sourceBucketArn: bucketArn,
            }),
          },
        );
        assert.deepEqual(policyOf(graph.only(KEY_TYPE)), archiveKeyPolicy(facts));
        assert.deepEqual(policyOf(graph.only(TOPIC_POLICY_TYPE)), archiveTopicPolicy({ ...facts, topicArn }));
        const foreign = new RegExp(`"arn:(?!${partition}:)`);
        for (const resource of graph.resources) {
          assert.doesNotMatch(JSON.stringify(resource.inputs).replaceAll('\\"', '"'), foreign, resource.name);
        }
      });
    }

    it("of the key rotate it and never skip KMS's check against locking oneself out", async () => {
      const { graph } = await buildArchive(REPLICATED);
      for (const { inputs } of graph.all(KEY_TYPE)) {
        assert.equal(inputs.enableKeyRotation, true);
        assert.equal(inputs.deletionWindowInDays, 30);
        assert.ok(!("bypassPolicyLockoutSafetyCheck" in inputs));
      }
    });

    it("need an administrator", async () => {
      await assert.rejects(buildArchive({ administrators: [] }), /needs at least one administrator/);
    });

    it("name the administrator that is none", async () => {
      await assert.rejects(
        buildArchive({ administrators: ["LogAdmin"] }),
        /administrator "LogAdmin" is none/,
      );
    });
  });

  describe("file-arrived topic", () => {
    const prefixesOf = (graph: Graph) =>
      (graph.only(s3Type("BucketNotification")).inputs.topics as { filterPrefix: string }[]).map(
        ({ filterPrefix }) => filterPrefix,
      );

    it("is encrypted, and fed once its policy and key admit S3", async () => {
      const { graph } = await buildArchive();
      const topic = graph.only("aws:sns/topic:Topic");
      const key = graph.only(KEY_TYPE);
      assert.equal(topic.inputs.kmsMasterKeyId, key.outputs.arn);
      const notification = graph.only(s3Type("BucketNotification"));
      assert.ok(notification.dependsOn.includes(graph.only(TOPIC_POLICY_TYPE).urn));
      assert.ok(notification.dependsOn.includes(key.urn));
      for (const { events, filterSuffix, topicArn } of notification.inputs.topics as {
        events: string[];
        filterSuffix: string;
        topicArn: string;
      }[]) {
        assert.deepEqual(events, ["s3:ObjectCreated:*"]);
        assert.equal(filterSuffix, ".json.gz");
        assert.equal(topicArn, topic.outputs.arn);
      }
    });

    it("announces an account trail's log files, not its digests", async () => {
      const { graph } = await buildArchive();
      const prefixes = prefixesOf(graph);
      const announced = (key: string) => prefixes.some((prefix) => key.startsWith(prefix));
      for (const kind of ["CloudTrail", "CloudTrail-Insight", "CloudTrail-NetworkActivity"]) {
        assert.ok(announced(`AWSLogs/${ACCOUNT}/${kind}/eu-west-1/2026/01/01/file.json.gz`), kind);
      }
      assert.ok(!announced(`AWSLogs/${ACCOUNT}/CloudTrail-Digest/eu-west-1/2026/01/01/file.json.gz`));
      assert.ok(!announced(`AWSLogs/${OTHER_ACCOUNT}/CloudTrail/eu-west-1/2026/01/01/file.json.gz`));
    });

    it("announces everything of an organization", async () => {
      const { graph } = await buildArchive({ organizationId: "o-exampleorg1" });
      assert.deepEqual(prefixesOf(graph), ["AWSLogs/o-exampleorg1/"]);
    });

    it("announces the files of a trail in another account, which may subscribe", async () => {
      const { graph } = await buildArchive({
        trailArn: trailArnIn({ partition: "aws", region: "eu-west-1" }, OTHER_ACCOUNT),
        trailAccountId: OTHER_ACCOUNT,
      });
      assert.ok(prefixesOf(graph).every((prefix) => prefix.startsWith(`AWSLogs/${OTHER_ACCOUNT}/`)));
      const { Statement } = policyOf(graph.only(TOPIC_POLICY_TYPE)) as {
        Statement: { Sid: string }[];
      };
      assert.ok(Statement.some(({ Sid }) => Sid === "AllowTrailAccountToSubscribe"));
    });
  });

  it("tells until when log files cannot be deleted", async () => {
    const { graph } = await buildArchive({ lockDays: 365 });
    const notice = graph.logs
      .map(({ message }) => message)
      .find((message) => message.includes("locked until"));
    const inAYear = new Date(Date.now() + 365 * 24 * 60 * 60 * 1000).getUTCFullYear();
    assert.match(
      notice ?? "",
      new RegExp(`locked until ${inAYear}-\\d\\d-\\d\\d \\(governance mode, days: 365\\)`),
    );
  });

  it("offers names and ARNs", async () => {
    const { outputs } = await buildArchive();
    assert.equal(outputs.bucketName, "archive-bucket-1a2b3c4");
    assert.equal(outputs.bucketArn, "arn:aws:s3:::archive-bucket-1a2b3c4");
    assert.match(outputs.keyArn ?? "", /^arn:aws:kms:eu-west-1:111122223333:key\//);
    assert.equal(outputs.accessLogBucketName, "archive-access-logs-1a2b3c4");
    assert.equal(outputs.accessLogBucketArn, "arn:aws:s3:::archive-access-logs-1a2b3c4");
    assert.match(outputs.fileArrivedTopicArn ?? "", /^arn:aws:sns:eu-west-1:111122223333:/);
  });

  it("can be previewed before anything exists", async () => {
    const { graph } = await buildArchive(REPLICATED, undefined, { preview: true });
    assert.ok(graph.all(BUCKET_TYPE).length === 3);
  });

  it("gives every child itself as parent and its name as prefix", async () => {
    const { graph } = await buildArchive(REPLICATED);
    const component = graph.only("trailkeeper:index:LogArchive");
    for (const { name, parentUrn, custom } of graph.resources.filter(({ custom }) => custom)) {
      assert.ok(custom && name.startsWith("archive-"), name);
      assert.equal(parentUrn, component.urn, name);
    }
  });
});
