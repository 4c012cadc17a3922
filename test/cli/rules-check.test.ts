import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRules } from "../../cli/rules/check";

const RULE = `
title: Logging stopped
id: stopped
logsource: { product: aws, service: cloudtrail }
detection: { selection: { eventName: StopLogging }, condition: selection }
level: high
`;
const NOW = new Date("2026-03-02T09:00:00Z");

describe("checkRules", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "trailkeeper-check-"));
    writeFileSync(join(folder, "stopped.yml"), RULE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const suppressions = (expires: string): string => {
    const file = join(folder, "suppressions.yaml.txt");
    writeFileSync(
      file,
      `- { rule: stopped, match: { userIdentity.arn: "*:role/deploy" }, reason: r, owner: o, expires: ${expires} }`,
    );
    return file;
  };

  it("finds nothing in sound rules, examples and suppressions", () => {
    writeFileSync(
      join(folder, "stopped.test.yml"),
      "matches: [{ name: stops, event: { eventName: StopLogging } }]\nignores: [{ name: starts, event: { eventName: StartLogging } }]",
    );
    const { failed, text } = checkRules(folder, suppressions("2026-12-31"), NOW);
    assert.equal(failed, false);
    assert.equal(text, "1 rule, 2 examples, 1 suppression: 0 errors, 0 warnings");
  });

  it("fails on an expired suppression, which a deployment only warns of", () => {
    const { failed, text } = checkRules(folder, suppressions("2026-03-01"), NOW);
    assert.equal(failed, true);
    assert.match(text, /suppressions\.yaml\.txt:1: error: .*expires: was 2026-03-01/);
  });

  const broken: readonly [what: string, file: string, content: string, message: RegExp][] = [
    [
      "an example that does not hold",
      "stopped.test.yml",
      "ignores: [{ name: wrong, event: { eventName: StopLogging } }]",
      /"wrong"/,
    ],
    ["examples without a rule", "other.test.yml", "matches: []", /no rule was loaded from other\.yml/],
    ["examples that are no YAML", "stopped.test.yml", "matches: [", /stopped\.test\.yml:1: error/],
    [
      "a rule that is broken",
      "bad.yml",
      RULE.replace("condition: selection", "condition: nothing").replace("id: stopped", "id: bad"),
      /bad\.yml:\d+: error/,
    ],
  ];
  for (const [what, file, content, message] of broken) {
    it(`fails on ${what}`, () => {
      writeFileSync(join(folder, file), content);
      const { failed, text, json } = checkRules(folder, undefined, NOW);
      assert.equal(failed, true);
      assert.match(text, message);
      assert.ok((JSON.parse(json) as { errors: number }).errors > 0);
    });
  }
});
