import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { warnAboutOtherTrails } from "../../preflight";
import { recordGraph } from "../support/graph";

const OWN = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit";
const OLD = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/old";

/** What the stand-in for CloudTrail answers, by action; a status above 299 makes it an error. */
interface Answer {
  readonly status?: number;
  readonly body: unknown;
}
type Answers = (action: string, input: { TrailName?: string }) => Answer;

const management = { EventSelectors: [{ IncludeManagementEvents: true }] };
const oldTrail: Answers = (action) => ({
  body: action === "DescribeTrails" ? { trailList: [{ TrailARN: OLD }, { TrailARN: OWN }] } : management,
});

describe("warnAboutOtherTrails", () => {
  let server: Server;
  let answers: Answers;
  let calls: { action: string; authorization: string; input: unknown }[];
  let cloudtrail: string;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
        const input = JSON.parse(Buffer.concat(chunks).toString() || "{}") as { TrailName?: string };
        calls.push({ action, authorization: String(request.headers.authorization), input });
        const { status = 200, body } = answers(action, input);
        response
          .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    cloudtrail = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    calls = [];
    answers = oldTrail;
  });

  const run = async (preview: boolean, configuration: object = {}) => {
    const graph = await recordGraph(
      () =>
        warnAboutOtherTrails({
          ownTrailArn: OWN,
          region: "eu-west-1",
          configuration: {
            accessKey: "AKIAEXAMPLE",
            secretKey: "example",
            endpoints: [{ cloudtrail }],
            ...configuration,
          },
        }),
      { preview },
    );
    return graph.warnings();
  };

  it("warns about another management-event trail in a preview", async () => {
    const warnings = await run(true);

    assert.equal(warnings.length, 1);
    assert.ok(warnings[0]?.includes(OLD) && !warnings[0].includes(OWN), warnings[0]);
  });

  it("asks for trails of other Regions too, as the provider's identity in the stack's Region", async () => {
    await run(true);

    const [first] = calls;
    assert.deepEqual([first?.action, first?.input], ["DescribeTrails", { includeShadowTrails: true }]);
    assert.match(first?.authorization ?? "", /Credential=AKIAEXAMPLE\/\d+\/eu-west-1\/cloudtrail\//);
  });

  it("asks and says nothing in an update", async () => {
    assert.deepEqual([await run(false), calls], [[], []]);
  });

  it("says nothing when there is no other trail", async () => {
    answers = (action) => ({
      body: action === "DescribeTrails" ? { trailList: [{ TrailARN: OWN }] } : management,
    });
    assert.deepEqual(await run(true), []);
  });

  it("warns that the check could not be made when CloudTrail refuses, and goes on", async () => {
    answers = () => ({
      status: 400,
      body: { __type: "AccessDeniedException", message: "not authorized to perform DescribeTrails" },
    });

    const [warning, ...more] = await run(true);
    assert.match(
      warning ?? "",
      /^Could not check .*: not authorized to perform DescribeTrails\. .*goes on\.$/,
    );
    assert.deepEqual(more, []);
  });

  it("warns that the check could not be made when nobody listens, and goes on", async () => {
    const [warning] = await run(true, { endpoints: [{ cloudtrail: "http://127.0.0.1:1" }] });
    assert.match(warning ?? "", /^Could not check /);
  });

  it("mentions a trail whose selectors it may not read", async () => {
    answers = (action) =>
      action === "DescribeTrails"
        ? { body: { trailList: [{ TrailARN: OLD, IsOrganizationTrail: true }] } }
        : { status: 400, body: { __type: "TrailNotFoundException", message: "unknown trail" } };

    assert.match(
      (await run(true))[0] ?? "",
      /trail\/old, an organization trail, as far as can be seen: unknown trail/,
    );
  });

  it("never shows the secret key", async () => {
    answers = () => ({
      status: 403,
      body: { __type: "InvalidSignatureException", message: "bad signature" },
    });
    assert.doesNotMatch((await run(true)).join(), /example/);
  });
});
