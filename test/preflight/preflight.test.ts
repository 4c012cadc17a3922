import assert from "node:assert/strict";
import { preflight } from "../../preflight";
import type { Settings } from "../../settings/model";
import { recordGraph } from "../support/graph";

const ADMIN = "arn:aws:sts::111122223333:assumed-role/Admin/someone";

/** Nobody listens on port 1, so that the question for other trails ends at once, unanswered. */
const unreachable = {
  "aws:accessKey": "AKIAEXAMPLE",
  "aws:secretKey": "secret",
  "aws:endpoints": JSON.stringify([{ cloudtrail: "http://127.0.0.1:1" }]),
};

async function warnings(settings: Partial<Settings>, preview: boolean, callerArn = ADMIN): Promise<string[]> {
  const complete = {
    partition: "aws",
    archiveAdministrators: ["role/Admin"],
    trailRegion: "eu-west-1",
    trailName: "audit",
    deployment: "combined",
    ...settings,
  } as Settings;
  const graph = await recordGraph(() => preflight(complete, callerArn), { preview, config: unreachable });
  return graph.warnings();
}

describe("preflight", () => {
  for (const preview of [true, false]) {
    it(`stops a caller who would lock themselves out, ${preview ? "in a preview" : "in an update"}`, async () => {
      await assert.rejects(
        warnings({ archiveAdministrators: ["role/Other"] }, preview),
        /trailkeeper:archiveAdministrators/,
      );
    });
  }

  for (const deployment of ["combined", "trail"] as const) {
    it(`asks for other trails in a preview, with the provider's configuration: ${deployment}`, async () => {
      const [warning] = await warnings({ deployment }, true);
      assert.match(warning ?? "", /^Could not check .*127\.0\.0\.1:1/);
    });
  }

  it("does not ask for other trails where no trail is built", async () => {
    assert.deepEqual(await warnings({ deployment: "archive" }, true), []);
  });

  it("does not ask for other trails in an update", async () => {
    assert.deepEqual(await warnings({}, false), []);
  });

  it("refuses a caller without an account", async () => {
    await assert.rejects(warnings({}, false, "anonymous"), /"anonymous", which names no account/);
  });
});
