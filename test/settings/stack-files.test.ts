import assert from "node:assert/strict";
import { KEYS } from "../../settings/keys";
import { parseSettings } from "../../settings/parse";
import { committedConfig, readYaml } from "./stack-config";

interface Declaration {
  readonly type?: string;
  readonly default: unknown;
  readonly description: string;
}

function committedSettings(stack: "dev" | "prod") {
  return parseSettings(committedConfig(stack), { project: "trailkeeper", stack });
}

describe("Pulumi.yaml", () => {
  const declared = readYaml("Pulumi.yaml").config as Record<string, Declaration>;

  it("declares every key of the settings and no other", () => {
    assert.deepEqual(Object.keys(declared).sort(), Object.keys(KEYS).sort());
  });

  for (const [key, definition] of Object.entries(KEYS)) {
    it(`declares ${key} with its default, documents it, and leaves its type to the program`, () => {
      assert.deepEqual(declared[key]?.default, definition.default);
      assert.ok(declared[key].description.length > 20);
      // The engine stops at the first value of another type, before the program can report all mistakes together.
      assert.equal(declared[key].type, undefined);
    });
  }
});

for (const stack of ["dev", "prod"] as const) {
  describe(`Pulumi.${stack}.yaml`, () => {
    it("is a configuration without mistakes and without warnings", () => {
      const settings = committedSettings(stack);
      assert.deepEqual(settings.warnings, []);
      assert.notEqual(settings.archiveAdministrators.length, 0);
    });

    it("tags every resource with its role, environment and owner", () => {
      const { tags } = (readYaml(`Pulumi.${stack}.yaml`).config as { "aws:defaultTags": { tags: object } })[
        "aws:defaultTags"
      ];
      assert.deepEqual(tags, { "trailkeeper:role": "audit", environment: stack, owner: "platform-security" });
    });
  });
}

describe("the dev stack", () => {
  it("is disposable and locked for a day under governance", () => {
    const dev = committedSettings("dev");

    assert.equal(dev.disposable, true);
    assert.equal(dev.protect, false);
    assert.equal(dev.lockMode, "governance");
    assert.equal(dev.lockDays, 1);
  });

  it("records nothing that is billed per event", () => {
    const dev = committedSettings("dev");

    assert.deepEqual([dev.dataEvents, dev.networkActivityEventSources, dev.insights], [[], [], []]);
  });
});

describe("the prod stack", () => {
  it("is protected and keeps seven years under a governance lock", () => {
    const prod = committedSettings("prod");

    assert.equal(prod.protect, true);
    assert.equal(prod.retentionDays, 2_557);
    assert.equal(prod.lockDays, 2_557);
    assert.equal(prod.lockMode, "governance");
  });

  it("alarms at 25 denied calls and at 5 failed sign-ins in five minutes", () => {
    const prod = committedSettings("prod");

    assert.deepEqual(
      prod.alarms.map(({ name, threshold, periodSeconds, topic }) => [name, threshold, periodSeconds, topic]),
      [
        ["denied-calls", 25, 300, "notice"],
        ["failed-sign-ins", 5, 300, "page"],
      ],
    );
  });
});
