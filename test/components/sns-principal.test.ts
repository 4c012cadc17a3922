import assert from "node:assert/strict";
import { snsPrincipal } from "../../components/policies/sns-principal";
import { recordProgram, SHAPES } from "../support/program";

describe("snsPrincipal", function () {
  // A whole program is recorded, functions bundled.
  this.timeout(60_000);

  for (const [topic, queue, principal] of [
    ["eu-west-1", "eu-west-1", "sns.amazonaws.com"],
    ["us-east-1", "eu-west-1", "sns.amazonaws.com"],
    ["me-south-1", "me-south-1", "sns.amazonaws.com"],
    ["me-south-1", "eu-west-1", "sns.me-south-1.amazonaws.com"],
    ["eu-west-1", "eu-south-2", "sns.eu-south-2.amazonaws.com"],
    ["cn-north-1", "cn-northwest-1", "sns.amazonaws.com"],
    ["us-gov-west-1", "us-gov-east-1", "sns.amazonaws.com"],
  ] as const)
    it(`is ${principal} from ${topic} to ${queue}`, () =>
      assert.equal(snsPrincipal(topic, queue), principal));

  it("is what queues and key admit where the archive is in a region to opt in to", async () => {
    const archive = {
      bucketName: "archive-bucket-1a2b3c4",
      keyArn: "arn:aws:kms:me-south-1:777788889999:key/11111111-2222-3333-4444-555555555555",
      fileArrivedTopicArn: "arn:aws:sns:me-south-1:777788889999:files",
    };
    const graph = await recordProgram({ ...SHAPES.trail, config: { ...SHAPES.trail.config, archive } });

    const documents = [
      graph.only("aws:sqs/queuePolicy:QueuePolicy", "detector-complete-queue"),
      graph.only("aws:kms/key:Key", "detector-key"),
    ].map(({ inputs }) => inputs.policy as string);
    for (const document of documents) assert.match(document, /"sns\.me-south-1\.amazonaws\.com"/);
  });
});
