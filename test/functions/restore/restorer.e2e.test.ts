import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  GetTrailStatusCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DynamoResponseStore } from "../../../functions/respond/dynamo-store";
import { stackCalls } from "../../../functions/restore/aws-calls";
import type { DesiredState } from "../../../functions/restore/desired";
import { Restorer } from "../../../functions/restore/restorer";
import type { RunningEmulator } from "../../../local/emulator/emulator";
import { clientConfig } from "../../../local/connection";
import type { ResponseOutcome } from "../../../responses/record";
import { EMULATOR_START_LIMIT_MS, startTestEmulator } from "../../support/emulator";
import { createResponseTable } from "../respond/response-table";
import { DESIRED } from "./fake-stack";
import { alertOf } from "./restore-fixtures";

/** Account of the emulator's root. */
const ACCOUNT = "000000000000";
const BUCKET = "archive-1a2b3c4";

/** Insights are beyond the emulator. */
function desiredState(): DesiredState {
  const text = JSON.stringify(DESIRED).replaceAll("111122223333", ACCOUNT);
  const desired = JSON.parse(text) as DesiredState;
  return { ...desired, trail: { ...desired.trail, insightTypes: [] } };
}

describe("Restorer on the emulator, through AWS's SDK", function () {
  this.timeout(EMULATOR_START_LIMIT_MS);
  let emulator: RunningEmulator;
  let cloudtrail: CloudTrailClient;
  let s3: S3Client;
  let restorer: Restorer;
  let told: ResponseOutcome[];
  const desired = desiredState();
  const { trail, archive = assert.fail() } = desired;
  const { EnableLogFileValidation, IncludeGlobalServiceEvents, IsMultiRegionTrail } = trail.settings;
  const restore = () => restorer.restore(alertOf(randomUUID()), Date.now() + 60_000, false);

  before(async () => {
    emulator = await startTestEmulator();
    const config = clientConfig(emulator.connection);
    cloudtrail = new CloudTrailClient(config);
    s3 = new S3Client({ ...config, forcePathStyle: true });
    const dynamo = new DynamoDBClient(config);
    await createResponseTable(dynamo, "responses");
    const store = new DynamoResponseStore(dynamo, "responses");
    restorer = new Restorer({
      desired,
      store,
      call: stackCalls({ cloudtrail, s3 }),
      tell: (outcome) => {
        told.push(outcome);
        return Promise.resolve();
      },
      clock: Date.now,
      pause: (ms) => sleep(ms),
      newHolder: randomUUID,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });

    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: BUCKET,
        PublicAccessBlockConfiguration: archive.publicAccessBlock,
      }),
    );
    await s3.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: JSON.stringify(archive.policy) }));
    await cloudtrail.send(new CreateTrailCommand({ Name: "audit", S3BucketName: BUCKET }));
    await cloudtrail.send(
      new UpdateTrailCommand({
        Name: "audit",
        ...trail.settings,
        EnableLogFileValidation,
        IncludeGlobalServiceEvents,
        IsMultiRegionTrail,
      }),
    );
    await cloudtrail.send(
      new PutEventSelectorsCommand({
        TrailName: "audit",
        AdvancedEventSelectors: trail.advancedEventSelectors,
      }),
    );
    await cloudtrail.send(new StartLoggingCommand({ Name: "audit" }));
  });
  after(() => emulator.stop());
  beforeEach(() => (told = []));

  it("finds a stack as it was deployed", async () => {
    await restore();

    assert.deepEqual(
      told.map(({ status, reason }) => [status, reason]),
      [["skipped", "already-contained"]],
    );
  });

  it("puts back all that was taken away, and sees that it holds", async () => {
    await cloudtrail.send(new StopLoggingCommand({ Name: "audit" }));
    await cloudtrail.send(new UpdateTrailCommand({ Name: "audit", EnableLogFileValidation: false }));
    await cloudtrail.send(
      new PutEventSelectorsCommand({
        TrailName: "audit",
        AdvancedEventSelectors: trail.advancedEventSelectors.slice(0, 1),
      }),
    );
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: BUCKET }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: BUCKET }));

    await restore();

    assert.deepEqual(
      told.map(({ status, sentence }) => [status, sentence]),
      [
        [
          "done",
          "Restored trail audit: started logging, put back the archive's public access block, " +
            "put back the archive's bucket policy, put back its settings, put back its event selectors",
        ],
      ],
    );
    const { IsLogging } = await cloudtrail.send(new GetTrailStatusCommand({ Name: "audit" }));
    assert.equal(IsLogging, true);
  });

  it("pages for a second stop as an attack in progress, from the records in its table", async () => {
    for (let stop = 0; stop < 2; stop++) {
      await cloudtrail.send(new StopLoggingCommand({ Name: "audit" }));
      await restore();
    }

    assert.match(told[1]?.sentence ?? "", /^Attack in progress: .* started logging$/);
    assert.equal(told[1]?.level, "critical");
  });

  it("says that a deleted trail is, and does not make it again", async () => {
    await cloudtrail.send(new DeleteTrailCommand({ Name: "audit" }));

    await restore();

    assert.deepEqual([told[0]?.reason, told[0]?.level], ["gone", "critical"]);
    await assert.rejects(cloudtrail.send(new GetTrailStatusCommand({ Name: "audit" })), {
      name: "TrailNotFoundException",
    });
  });
});
