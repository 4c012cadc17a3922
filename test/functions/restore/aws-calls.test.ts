import assert from "node:assert/strict";
import {
  CloudTrailClient,
  GetTrailStatusCommand,
  StartLoggingCommand,
  TrailNotFoundException,
} from "@aws-sdk/client-cloudtrail";
import { GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from "@aws-sdk/client-s3";
import { mockClient } from "aws-sdk-client-mock";
import { stackCalls, stackClients } from "../../../functions/restore/aws-calls";
import { stackParts } from "../../../functions/restore/findings";
import { AwsError } from "../../responses/fake-aws";
import { DESIRED, TRAIL_ARN } from "./fake-stack";

describe("stackCalls", () => {
  const clients = {
    cloudtrail: new CloudTrailClient({ region: "eu-west-1" }),
    s3: new S3Client({ region: "eu-west-1" }),
  };
  const cloudtrail = mockClient(clients.cloudtrail);
  const s3 = mockClient(clients.s3);
  const call = stackCalls(clients);
  const partOf = (id: string) => stackParts(DESIRED).find((part) => part.id === id) ?? assert.fail(id);

  beforeEach(() => {
    cloudtrail.reset();
    s3.reset();
  });

  it("sends each call with the client of its service", async () => {
    cloudtrail.on(StartLoggingCommand).resolves({});
    s3.on(GetBucketPolicyCommand).resolves({ Policy: "{}" });

    await call("cloudtrail:StartLogging", { Name: TRAIL_ARN });
    const { Policy } = await call("s3:GetBucketPolicy", { Bucket: "archive" });

    assert.equal(Policy, "{}");
    assert.deepEqual(cloudtrail.commandCalls(StartLoggingCommand)[0]?.args[0].input, { Name: TRAIL_ARN });
  });

  it("lets the parts tell a deleted trail from one that cannot be seen, by the SDK's own errors", async () => {
    cloudtrail
      .on(GetTrailStatusCommand)
      .rejectsOnce(new TrailNotFoundException({ message: "Unknown trail", $metadata: {} }))
      .rejectsOnce(new AwsError("ThrottlingException"));

    assert.equal(await partOf("logging").read(call), undefined);
    await assert.rejects(partOf("logging").read(call), { name: "ThrottlingException" });
  });

  it("acts on the archive of the stack's own account alone", async () => {
    s3.on(PutBucketPolicyCommand).resolves({});
    const policy = partOf("bucket-policy");

    await call(policy.operation, policy.repair(undefined));

    const [sent] = s3.commandCalls(PutBucketPolicyCommand);
    assert.equal(sent?.args[0].input.ExpectedBucketOwner, "111122223333");
    assert.deepEqual(JSON.parse(sent.args[0].input.Policy ?? ""), DESIRED.archive?.policy);
  });

  it("gives the clients more tries than the SDK does, and bounds each", async () => {
    const { cloudtrail: client } = stackClients();

    assert.equal(await client.config.maxAttempts(), 6);
  });
});
