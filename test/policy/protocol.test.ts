import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RULES } from "../../policy/src/rules";
import { type Diagnostic, analyzeRequest, analyzeStackRequest, diagnosticsOf } from "../support/analyzer";
import { type PackProcess, buildPack, startPack } from "../support/pack-process";
import { type GoodStackChanges, goodStack } from "../support/policy-fixtures";

type Reply<T> = (error: Error | null, answer: T) => void;

function ask<T>(call: (reply: Reply<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

describe("the built pack", () => {
  let pack: PackProcess;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    buildPack();
    // The engine starts packs in the folder of the program; this one has no package.json to fall back on.
    folder = mkdtempSync(join(tmpdir(), "trailkeeper-policy-"));
    pack = await startPack(folder);
  });

  after(async () => {
    await pack.stop();
    rmSync(folder, { recursive: true });
  });

  async function analyze(changes: GoodStackChanges, preview: boolean): Promise<Diagnostic[]> {
    const resources = goodStack(changes, { preview });
    const diagnostics: Diagnostic[] = [];
    for (const resource of resources) {
      const request = analyzeRequest(resource);
      const answer = await ask<proto.AnalyzeResponse>((reply) => pack.client.analyze(request, reply));
      diagnostics.push(...diagnosticsOf(answer));
    }
    const request = analyzeStackRequest(resources);
    const answer = await ask<proto.AnalyzeResponse>((reply) => pack.client.analyzeStack(request, reply));
    return [...diagnostics, ...diagnosticsOf(answer)];
  }

  async function configure(configs: Readonly<Record<string, Record<string, string[]>>>): Promise<void> {
    const request = new proto.ConfigureAnalyzerRequest();
    for (const [policy, settings] of Object.entries(configs)) {
      const config = new proto.PolicyConfig();
      config.setEnforcementlevel(proto.EnforcementLevel.MANDATORY);
      config.setProperties(Struct.fromJavaScript(settings));
      request.getPolicyconfigMap().set(policy, config);
    }
    await ask<unknown>((reply) => pack.client.configure(request, reply));
  }

  async function tagStack(tags: Readonly<Record<string, string>>): Promise<void> {
    const request = new proto.AnalyzerStackConfigureRequest();
    for (const [name, value] of Object.entries(tags)) request.getTagsMap().set(name, value);
    await ask<unknown>((reply) => pack.client.configureStack(request, reply));
  }

  it("introduces itself with its own version and all rules", async () => {
    const info = await ask<AnalyzerInfo>((reply) => pack.client.getAnalyzerInfo(new Empty(), reply));

    const manifest = JSON.parse(readFileSync(join(__dirname, "../../policy/package.json"), "utf8")) as {
      readonly version: string;
    };
    assert.equal(info.getName(), "trailkeeper");
    assert.equal(info.getVersion(), manifest.version);
    const said = info.getPoliciesList().map((policy) => `${policy.getName()} ${policy.getDescription()}`);
    for (const { id } of RULES)
      assert.ok(
        said.some((text) => text.includes(id)),
        id,
      );
  });

  it("lets a good stack pass", async () => {
    assert.deepEqual(await analyze({}, false), []);
  });

  it("decides in preview what can be decided, and says what cannot", async () => {
    const diagnostics = await analyze({ trail: { isMultiRegionTrail: false } }, true);

    assert.deepEqual(
      diagnostics.map(({ policy, level }) => [policy, level]),
      [
        ["trail-covers-all-regions", "mandatory"],
        ["bucket-denies-plain-http", "advisory"],
      ],
    );
  });

  it("takes settings and stack tags from the engine", async () => {
    const changes = { trail: undefined, bucket: { forceDestroy: true }, objectLock: undefined };

    await configure({ "bucket-not-force-destroyed": { disposableStacks: ["shop/prod"] } });
    await tagStack({ "trailkeeper:role": "audit" });
    const configured = await analyze(changes, false);
    await configure({});
    await tagStack({});
    const unconfigured = await analyze(changes, false);

    assert.deepEqual(
      configured.map(({ policy }) => policy),
      ["audit-stack-has-trail"],
    );
    assert.deepEqual(
      unconfigured.map(({ policy }) => policy),
      ["bucket-not-force-destroyed"],
    );
  });
});
