import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Policies } from "@pulumi/policy/policy";
import * as server from "@pulumi/policy/server";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { buildPolicies } from "../policy/src/pack";
import type { Figure } from "./figure";
import { median } from "./median";

const PACK = resolve(__dirname, "../policy");
const LAUNCHER = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
const RESOURCES = 1000;
const ROUNDS = 5;
/** Linux counts processor time in ticks of 10 ms (`getconf CLK_TCK`). */
const TICK_MILLISECONDS = 10;

type Rpc<Request> = (
  call: { readonly request: Request },
  reply: (error: Error | undefined, answer: unknown) => void,
) => Promise<void>;
type RpcFactory<Request> = (pack: string, version: string, level: string, policies: Policies) => Rpc<Request>;

/** The SDK's RPC functions exist at run time; its declarations leave them out. */
const rpc = server as unknown as {
  readonly makeAnalyzeRpcFun: RpcFactory<proto.AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: RpcFactory<proto.AnalyzeStackRequest>;
};

/** Measures the policy pack: how long it takes to start, and what each resource costs in process. */
export async function benchPolicy(): Promise<readonly Figure[]> {
  const boots = [];
  for (let round = 0; round < ROUNDS; round++) boots.push(await boot());
  const policies = buildPolicies();
  const stackPolicies = policies.filter((policy) => "validateStack" in policy);
  const empty = stackPolicies.map((policy) => ({ ...policy, validateStack: () => undefined }));

  const resources = sampleResources();
  const requests = resources.map(analyzeRequest);
  const stackRequest = analyzeStackRequest(resources);

  const resource = await perResource(() => analyzeAll(policies, requests));
  const stack = await perResource(() => analyzeStack(stackPolicies, stackRequest));
  const emptyStack = await perResource(() => analyzeStack(empty, stackRequest));
  return [
    { name: "policy pack: boot, wall clock", value: median(boots.map(({ wall }) => wall)), unit: "ms" },
    { name: "policy pack: boot, processor", value: median(boots.map(({ cpu }) => cpu)), unit: "ms" },
    { name: "policy pack: Analyze, per resource", value: resource, unit: "ms" },
    { name: "policy pack: AnalyzeStack, per resource", value: stack, unit: "ms" },
    {
      name: `policy pack: AnalyzeStack, times ${stackPolicies.length} empty policies`,
      value: stack / emptyStack,
      unit: "x",
    },
  ];
}

/** Starts the compiled pack through Pulumi's own launcher until it prints its port. */
async function boot(): Promise<{ readonly wall: number; readonly cpu: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, "127.0.0.1:1", PACK], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = once(child.stdout, "data");
  const exit = once(child, "exit");
  const early = exit.then(() => {
    throw new Error("The policy pack stopped before it was ready. Has it been built (npm run build)?");
  });
  await Promise.race([port, early]);
  const wall = performance.now() - started;
  const cpu = processorMilliseconds(child.pid ?? 0);
  early.catch(() => undefined);
  child.kill();
  await exit;
  return { wall, cpu };
}

/** User and system time from /proc; not a number where there is none. */
function processorMilliseconds(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const fields = readFileSync(join("/proc", String(pid), "stat"), "utf8").split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK_MILLISECONDS;
}

async function perResource(work: () => Promise<void>): Promise<number> {
  const rounds = [];
  await work();
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    rounds.push((performance.now() - started) / RESOURCES);
  }
  return median(rounds);
}

async function analyzeAll(policies: Policies, requests: readonly proto.AnalyzeRequest[]): Promise<void> {
  const call = rpc.makeAnalyzeRpcFun("bench", "1.0.0", "mandatory", policies);
  for (const request of requests) await invoke(call, request);
}

function analyzeStack(policies: Policies, request: proto.AnalyzeStackRequest): Promise<void> {
  return invoke(rpc.makeAnalyzeStackRpcFun("bench", "1.0.0", "mandatory", policies), request);
}

function analyzeRequest(resource: SampleResource): proto.AnalyzeRequest {
  const request = new proto.AnalyzeRequest();
  fill(request, resource);
  return request;
}

function analyzeStackRequest(resources: readonly SampleResource[]): proto.AnalyzeStackRequest {
  const request = new proto.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const message = new proto.AnalyzerResource();
      fill(message, resource);
      if (resource.madeFrom) {
        const dependencies = new proto.AnalyzerPropertyDependencies();
        dependencies.setUrnsList([resource.madeFrom]);
        message.getPropertydependenciesMap().set("bucket", dependencies);
      }
      return message;
    }),
  );
  return request;
}

function invoke<Request>(call: Rpc<Request>, request: Request): Promise<void> {
  return new Promise((done, failed) => {
    call({ request }, (error) => (error ? failed(error) : done())).catch(failed);
  });
}

interface SampleResource {
  readonly type: string;
  readonly urn: string;
  readonly props: Record<string, JavaScriptValue>;
  readonly madeFrom?: string;
}

function fill(message: proto.AnalyzeRequest | proto.AnalyzerResource, resource: SampleResource): void {
  message.setType(resource.type);
  message.setUrn(resource.urn);
  message.setName(resource.urn.split("::").pop() ?? "");
  message.setProperties(Struct.fromJavaScript(resource.props));
  message.setOptions(new proto.AnalyzerResourceOptions());
}

/** A stack of which every other resource is one that rules look at: buckets with satellites, topics, keys and the like. */
function sampleResources(): readonly SampleResource[] {
  const arn = "arn:aws:s3:::bench-1a2b3c4";
  const statement = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const flags = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true };
  const satellites: readonly (readonly [string, Record<string, JavaScriptValue>])[] = [
    ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", { ...flags, restrictPublicBuckets: true }],
    ["aws:s3/bucketVersioning:BucketVersioning", { versioningConfiguration: { status: "Enabled" } }],
    ["aws:s3/bucketPolicy:BucketPolicy", { policy: JSON.stringify({ Statement: [statement] }) }],
  ];
  const others = ["aws:ec2/instance:Instance", "aws:ec2/subnet:Subnet", "aws:iam/policy:Policy"];
  const resources: SampleResource[] = [];
  for (let index = 0; resources.length < RESOURCES; index++) {
    const urn = (type: string): string => `urn:pulumi:bench::bench::${type}::r${index}`;
    const bucket = urn("aws:s3/bucket:Bucket");
    const tags = { owner: "platform", costCentre: "4711", environment: "bench" };
    resources.push({ type: "aws:s3/bucket:Bucket", urn: bucket, props: { bucket: "bench-1a2b3c4", tags } });
    for (const [type, props] of satellites) {
      resources.push({
        type,
        urn: urn(type),
        props: { ...props, bucket: "bench-1a2b3c4" },
        madeFrom: bucket,
      });
    }
    const topic = "aws:sns/topic:Topic";
    resources.push({ type: topic, urn: urn(topic), props: { kmsMasterKeyId: "1111", tags } });
    for (const type of others) resources.push({ type, urn: urn(type), props: { name: "bench", tags } });
  }
  return resources.slice(0, RESOURCES);
}
