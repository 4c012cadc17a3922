import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { loadSettings } from "../../settings";
import { committedConfig } from "./stack-config";

describe("loadSettings", () => {
  before(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
        call: ({ inputs }) => inputs as object,
      },
      "trailkeeper",
      "prod",
    );
  });
  afterEach(() => pulumi.runtime.setAllConfig({}));

  it("reads the running stack's configuration", () => {
    pulumi.runtime.setAllConfig({ ...committedConfig("prod").values });

    const settings = loadSettings();

    assert.equal(settings.namePrefix, "trailkeeper-prod");
    assert.equal(settings.region, "eu-west-1");
    assert.equal(settings.retentionDays, 2_557);
    assert.equal(typeof settings.pageSubscriptions[0]?.endpoint, "string");
  });

  it("keeps the endpoints secret of a key that Pulumi marks as secret", async () => {
    pulumi.runtime.setAllConfig({ ...committedConfig("prod").values }, ["trailkeeper:pageSubscriptions"]);

    const [subscription] = loadSettings().pageSubscriptions;

    assert.ok(subscription);
    assert.equal(await pulumi.isSecret(pulumi.output(subscription.endpoint)), true);
  });
});
