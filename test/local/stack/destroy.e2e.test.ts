import assert from "node:assert/strict";
import { ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAwsProvider } from "../../../local/aws-provider/provider";
import { signInAsAdministrator } from "../../../local/emulator/administrator";
import { acquireEmulator, startEmulator } from "../../../local/emulator/emulator";
import { acquireEngine } from "../../../local/engine/engine";
import { connectClients, type Clients } from "../../../local/replay/clients";
import { bringUp, type PolicyPack } from "../../../local/stack/bring-up";
import { createStack } from "../../../local/stack/workspace";

const ROOT = join(__dirname, "..", "..", "..");
const PACK: PolicyPack = {
  dir: join(ROOT, "policy"),
  configFile: join(ROOT, "policy", "config", "local.json"),
};

describe("pulumi destroy", function () {
  this.timeout(300_000);
  const { signal } = new AbortController();
  const tell = () => undefined;
  let runDir: string;
  const stops: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    runDir = await mkdtemp(join(tmpdir(), "destroy-"));
    stops.push(() => rm(runDir, { recursive: true, force: true, maxRetries: 5 }));
  });
  afterEach(async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
  });

  /** Brings a committed stack up, with a locked log file in its archive. */
  async function deployed(stackName: "dev" | "prod") {
    const stackFile = join(ROOT, `Pulumi.${stackName}.yaml`);
    const engine = await acquireEngine(tell, signal);
    const emulator = await acquireEmulator(tell, signal);
    const cloud = await startEmulator({ emulator, runDir, region: "eu-west-1", tell, signal });
    stops.push(() => cloud.stop());
    const connection = await signInAsAdministrator(stackFile, cloud.connection);
    const provider = await startAwsProvider({ connection });
    stops.push(() => provider.stop());
    const target = { engine, connection, providerPort: provider.port, runDir, tell };
    const stack = await createStack({ ...target, projectDir: ROOT, stackName });
    const { outputs } = await bringUp(stack, PACK, tell, signal);
    const bucket = String(outputs.archiveBucketName);
    const clients = connectClients(connection);
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "AWSLogs/1/CloudTrail/x", Body: "x" }));
    return { stack, bucket, clients };
  }

  const versionsOf = async ({ s3 }: Clients, Bucket: string) =>
    (await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions?.length ?? 0;

  it("removes a disposable stack with the locked log files in its archive", async () => {
    const { bucket, clients, stack } = await deployed("dev");

    const { summary } = await stack.destroy();

    assert.equal(summary.result, "succeeded");
    const { deployment } = (await stack.exportStack()) as { deployment: { resources?: unknown[] } };
    assert.deepEqual(deployment.resources ?? [], []);
    await assert.rejects(versionsOf(clients, bucket), { name: "NoSuchBucket" });
  });

  it("refuses to remove prod, says why, and leaves its archive", async () => {
    const { bucket, clients, stack } = await deployed("prod");

    await assert.rejects(stack.previewDestroy(), /cannot be deleted\s+because it is protected/);

    assert.equal(await versionsOf(clients, bucket), 1);
  });
});
