import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stackPolicyName } from "../../policy/src/adapters/stack-policy";
import { buildPack, buildPolicies } from "../../policy/src/pack";
import { RULES } from "../../policy/src/rules";

const POLICY = join(__dirname, "../../policy");
const POLICIES = buildPolicies();

describe("the catalogue", () => {
  it("lists every rule file, each under the rule's own id and service", () => {
    const files = readdirSync(join(POLICY, "src/rules"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "index.ts")
      .map((file) => file.replaceAll("\\", "/"));

    assert.deepEqual(new Set(RULES.map((rule) => `${rule.service}/${rule.id}.ts`)), new Set(files));
  });

  it("uses each id once", () => {
    assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
  });

  it("is in the README, with severity and policy", () => {
    const readme = readFileSync(join(POLICY, "README.md"), "utf8").replace(/ +/g, " ");
    for (const rule of RULES) {
      const policy = rule.scope === "resource" ? "its own" : `\`${stackPolicyName(rule)}\``;
      assert.ok(readme.includes(`| \`${rule.id}\` | ${rule.severity} | ${policy} |`), rule.id);
    }
    for (const setting of RULES.flatMap((rule) => Object.keys(rule.settings ?? {}))) {
      assert.ok(readme.includes(`\`${setting}\``), setting);
    }
  });

  for (const rule of RULES) {
    it(`says all there is to say about ${rule.id}`, () => {
      assert.match(rule.id, /^[a-z0-9]+(-[a-z0-9]+)+$/);
      assert.match(rule.title, /^[A-Z].*[^.]$/);
      assert.match(rule.rationale, /^[a-z].*[^.]$/);
      assert.match(rule.fix, /^[A-Z].*\.$/);
      assert.match(rule.url, /^https:\/\/(docs\.aws\.amazon\.com|www\.pulumi\.com)\//);
      assert.ok(rule.controls.some(({ standard }) => standard === "nist-800-53-r5"));
      for (const text of [rule.title, rule.rationale, rule.fix]) assert.ok(!text.includes("\n"));
      if (rule.scope !== "stack") assert.ok(rule.types.length > 0);
    });
  }
});

describe("the pack", () => {
  it("is mandatory unless configured otherwise", () => {
    assert.equal(buildPack().enforcementLevel, "mandatory");
    for (const policy of POLICIES) assert.equal(policy.enforcementLevel, undefined);
  });

  it("has policies of different names, none of them reserved", () => {
    const names = POLICIES.map(({ name }) => name);

    assert.equal(new Set(names).size, names.length);
    assert.ok(!names.includes("all"));
  });

  for (const policy of POLICIES) {
    it(`tells Pulumi everything about ${policy.name}`, () => {
      const { displayName, description, severity, framework, tags, remediationSteps, url } = policy;

      for (const text of [displayName, description, severity, remediationSteps, url]) assert.ok(text);
      assert.ok(!description.includes("\n"), "the engine prints the description before every message");
      for (const text of Object.values(framework ?? {})) assert.ok(text);
      assert.equal(Object.keys(framework ?? {}).length, 4);
      assert.ok((tags?.length ?? 0) >= 2);
    });
  }

  it("has configuration files that name policies, rules and settings that exist", () => {
    const folder = join(POLICY, "config");
    const files = readdirSync(folder);
    assert.ok(files.length > 0);
    for (const file of files) {
      const config = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, object>;
      for (const [name, value] of Object.entries(config)) {
        if (name === "all") continue;
        const policy = POLICIES.find((candidate) => candidate.name === name);
        assert.ok(policy, `${file}: ${name}`);
        const known = ["enforcementLevel", ...Object.keys(policy.configSchema?.properties ?? {})];
        for (const key of Object.keys(value)) assert.ok(known.includes(key), `${file}: ${name}.${key}`);
      }
    }
  });
});
