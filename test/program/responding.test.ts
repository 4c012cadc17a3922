import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { unpackRules, type PackedRules } from "../../detections/packed-rules";
import { compileCondition } from "../../detections/sigma/match";
import { promiseOf } from "../components/outputs";
import type { Graph } from "../support/graph";
import { recordProgram, SHAPES } from "../support/program";

const FUNCTION = "aws:lambda/function:Function";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const RESTORE_ROLE = "arn:aws:iam::111122223333:role/trailkeeper-prod-restore";
const ENFORCED = { responseMode: "enforce", breakGlassPrincipals: ["role/audit-break-glass"] };

describe("the program, responding", function () {
  this.timeout(180_000);
  let prod: Graph;

  before(async () => {
    prod = await recordProgram(SHAPES.prod);
  });

  it("leaves the doings of all its functions alone, in the rules' patterns and in the packages", () => {
    const roles = prod.all(FUNCTION).map(({ inputs }) => String(inputs.role));
    assert.equal(new Set(roles).size, 4);
    const { untouchable } = packageOf<Responder>(prod, "respond-function", "responder.json");
    const { ownRoleArns } = packageOf<{ ownRoleArns: string[] }>(prod, "restore-function", "desired.json");
    for (const list of [untouchable.ownRoles, ownRoleArns]) assert.deepEqual(list.sort(), roles.sort());
    for (const rule of ["responder-rule", "restorer-rule"])
      for (const role of roles) assert.ok(patternOf(prod, rule).includes(role), `${rule} answers ${role}`);
  });

  it("tells the responder every part of the stack that has an ARN", () => {
    const { stackArns } = packageOf<Responder>(prod, "respond-function", "responder.json");
    // Where it is an input, it is another's: a target's, a topic policy's.
    const withArn = prod.resources.filter(
      ({ custom, inputs, outputs }) => custom && outputs.arn !== undefined && inputs.arn === undefined,
    );
    assert.ok(withArn.length > 50);
    for (const { outputs, urn } of withArn) assert.ok(stackArns.includes(String(outputs.arn)), urn);
  });

  it("tells the responder whom it must not touch, and how far it may go", async () => {
    const graph = await recordProgram({
      stack: "prod",
      config: {
        ...ENFORCED,
        neverTouchPrincipals: ["user/ci"],
        neverTouchResources: ["arn:aws:s3:::website"],
        responseModes: { "isolate-instance": "off" },
        responseLimit: 3,
        responseLimitMinutes: 10,
      },
    });
    const { untouchable, modes, circuit, accountId, partition, memberRoleName } = packageOf<Responder>(
      graph,
      "respond-function",
      "responder.json",
    );
    const menders = ["audit-break-glass", "trailkeeper-deploy"].map(
      (name) => `arn:aws:iam::111122223333:role/${name}`,
    );
    assert.deepEqual(
      { ...untouchable, ownRoles: undefined },
      {
        actors: menders,
        principals: [...menders, "arn:aws:iam::111122223333:user/ci"],
        resources: ["arn:aws:s3:::website"],
        ownRoles: undefined,
      },
    );
    assert.deepEqual(
      Object.entries(modes).filter(([, mode]) => mode !== "enforce"),
      [["isolate-instance", "off"]],
    );
    assert.deepEqual(circuit, { limit: 3, windowSeconds: 600 });
    assert.deepEqual([accountId, partition, memberRoleName], ["111122223333", "aws", undefined]);
  });

  it("takes the role that it has in other accounts for its own", async () => {
    const graph = await recordProgram({ stack: "prod", config: { memberResponseRole: "respond-here" } });
    const { memberRoleName, untouchable } = packageOf<Responder>(graph, "respond-function", "responder.json");
    const ownRole = "arn:aws:iam::*:role/respond-here";
    assert.equal(memberRoleName, "respond-here");
    assert.ok(untouchable.ownRoles.includes(ownRole));
    assert.ok(patternOf(graph, "responder-rule").includes(ownRole));
  });

  const trail = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/trailkeeper-prod";
  for (const [when, config] of [
    ["where that is off", { responseModes: { "restore-trail": "off" } }],
    ["while a trail is being adopted", { adopt: { trail } }],
  ] as const)
    it(`restores nothing ${when}`, async () => {
      const graph = await recordProgram({ stack: "prod", config });
      assert.deepEqual(
        graph.resources.filter(({ name }) => name.startsWith("restore")),
        [],
      );
      assert.ok(
        !JSON.stringify(graph.resources).includes(RESTORE_ROLE),
        "the restore role is named somewhere",
      );
      assert.ok(!Object.keys(graph.outputs as object).some((output) => output.startsWith("restore")));
    });

  it("lets the archive's policy be put back where that is enforced, in the archive's own account alone", async () => {
    const admits = async (config: Readonly<Record<string, unknown>>) =>
      String(
        (await recordProgram({ stack: "prod", config })).only(
          "aws:s3/bucketPolicy:BucketPolicy",
          "archive-bucket",
        ).inputs.policy,
      ).includes("role/trailkeeper-prod-restore");
    assert.deepEqual(
      [await admits(ENFORCED), await admits({}), await admits({ ...SHAPES.archive.config, ...ENFORCED })],
      [true, false, false],
    );
  });

  it("tells of what it restores itself as of an administrator's change, which wakes nobody", () => {
    const rules = unpackRules(packageOf<PackedRules>(prod, "detect-function", "pipeline.json"));
    const matching = (role: string) =>
      rules.flatMap((rule) =>
        rule.kind === "event" && compileCondition(rule.condition)(changeOfTrail(role)) ? [rule.id] : [],
      );
    assert.deepEqual(matching(RESTORE_ROLE), ["pipeline-administrator"]);
    assert.deepEqual(matching(RESTORE_ROLE.replace("restore", "respond")), ["pipeline-trail"]);
  });

  it("tells where to look", async () => {
    const { responseTableName, respondFunctionName, respondQueueUrl, restoreFunctionName, restoreQueueUrl } =
      await promiseOf(prod.outputs as pulumi.Input<Record<string, string>>);
    assert.deepEqual(
      [responseTableName, respondFunctionName, restoreFunctionName],
      ["responder-table-1a2b3c4", "trailkeeper-prod-respond", "trailkeeper-prod-restore"],
    );
    assert.match(respondQueueUrl ?? "", /\/responder-queue-1a2b3c4$/);
    assert.match(restoreQueueUrl ?? "", /\/restorer-queue-1a2b3c4$/);
  });

  for (const shape of ["archive", "forwarder", "member"] as const)
    it(`is left to the stack with the detections in the shape "${shape}"`, async () => {
      const graph = await recordProgram(SHAPES[shape]);
      assert.deepEqual([...graph.all(FUNCTION), ...graph.all("aws:dynamodb/table:Table")], []);
    });
});

interface Responder {
  readonly accountId: string;
  readonly partition: string;
  readonly memberRoleName?: string;
  readonly modes: Readonly<Record<string, string>>;
  readonly circuit: unknown;
  readonly untouchable: Readonly<Record<"actors" | "principals" | "resources" | "ownRoles", string[]>>;
  readonly stackArns: string[];
}

/** A file of a function's package. */
function packageOf<Content>(graph: Graph, name: string, file: string): Content {
  const { assets } = graph.only(FUNCTION, name).inputs.code as { assets: Record<string, { text: string }> };
  return JSON.parse(assets[file]?.text ?? "") as Content;
}

function patternOf(graph: Graph, rule: string): string {
  return String(graph.only(RULE, rule).inputs.eventPattern);
}

/** The event of a call that somebody makes on the trail. */
function changeOfTrail(roleArn: string): object {
  const name = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/trailkeeper-prod";
  return {
    eventSource: "cloudtrail.amazonaws.com",
    eventName: "UpdateTrail",
    awsRegion: "eu-west-1",
    recipientAccountId: "111122223333",
    requestParameters: { name },
    userIdentity: {
      type: "AssumedRole",
      arn: roleArn.replace(":iam:", ":sts:").replace("role/", "assumed-role/") + "/session",
      sessionContext: { sessionIssuer: { arn: roleArn } },
    },
  };
}
