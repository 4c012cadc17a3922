import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkExample } from "../../../catalog/check-examples";
import { parseExamples } from "../../../catalog/examples";
import { loadRules, SHIPPED_RULES_FOLDER } from "../../../catalog/load-rules";
import { responsesOf } from "../../../detections/responses-of";
import { PLAYBOOK_IDS } from "../../../responses/playbook-ids";
import { RuleSet } from "../../../detections/rule-set";

const ROOT = join(__dirname, "..", "..", "..");
const { rules, problems } = loadRules(SHIPPED_RULES_FOLDER);
const ruleSet = new RuleSet(rules);

/** Rule files, relative to the rules folder, with the ids of their rules. */
const files = new Map<string, string[]>();
for (const { id, source } of rules) {
  const file = relative(SHIPPED_RULES_FOLDER, join(SHIPPED_RULES_FOLDER, source.file));
  files.set(file, [...(files.get(file) ?? []), id]);
}
const examplesFileOf = (file: string) => join(SHIPPED_RULES_FOLDER, file.replace(/\.yml$/, ".test.yml"));

describe("the shipped rules", () => {
  it("load without an error or a warning", () => assert.deepEqual(problems, []));

  it("have no examples without a rule", () => {
    const orphans = readdirSync(SHIPPED_RULES_FOLDER, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".test.yml"))
      .filter((file) => !files.has(file.replace(/\.test\.yml$/, ".yml")));
    assert.deepEqual(orphans, []);
  });

  for (const rule of rules.filter((each) => ruleSet.alertsItself(each)))
    it(`tell people what to do: ${rule.title}`, () => {
      const { custom, source, tags } = rule;
      const where = `${source.file}:${source.line}`;
      assert.ok(rule.description, `${where} says what it means`);
      assert.ok(rule.falsePositives.length > 0, `${where} names false positives`);
      assert.ok(custom?.summary, `${where} has a summary`);
      assert.ok(custom.firstStep, `${where} has a first step`);
      assert.ok(custom.runbook, `${where} names a runbook`);
      assert.ok(
        existsSync(join(ROOT, "docs", "runbooks", `${custom.runbook.split("#")[0]}.md`)),
        `${where} names runbook ${custom.runbook}, which is not in docs/runbooks`,
      );
      assert.ok(
        tags.some((tag) => /^attack\.t\d{4}/.test(tag)) &&
          tags.some((tag) => /^attack\.[a-z]+(?:[-_][a-z]+)*$/.test(tag)),
        `${where} names an ATT&CK tactic and technique`,
      );
      if (rule.kind === "event") assert.ok(custom.outcome, `${where} says which outcome it needs`);
    });
});

describe("the playbooks of the shipped rules", () => {
  for (const rule of rules.filter(({ custom }) => custom?.playbooks))
    it(`find something to act on in the events of: ${rule.title}`, () => {
      const file = relative(SHIPPED_RULES_FOLDER, join(SHIPPED_RULES_FOLDER, rule.source.file));
      const events = parseExamples(readFileSync(examplesFileOf(file), "utf8"))
        .filter(({ expected }) => expected)
        .flatMap((example) => example.events);
      const found = new Set(
        events.flatMap((event) => responsesOf({ rule, event }).map(({ playbook }) => playbook)),
      );
      // Which of several it is depends on who acted: a user with a key, or the session of a role.
      assert.ok(
        rule.custom?.playbooks?.some((playbook) => found.has(playbook)),
        `${rule.source.file} names playbooks that no positive example has a target for`,
      );
    });

  it("are all there are", () => {
    const named = new Set(rules.flatMap(({ custom }) => custom?.playbooks ?? []));
    assert.deepEqual(
      PLAYBOOK_IDS.filter((id) => !named.has(id)),
      [],
    );
  });
});

for (const [file, ids] of files)
  describe(`the examples of ${file}`, () => {
    const path = examplesFileOf(file);
    it("are beside it", () => assert.ok(existsSync(path), `${path} is missing`));
    if (!existsSync(path)) return;
    const examples = parseExamples(readFileSync(path, "utf8"));
    it("show at least two cases of each outcome, or one series of each for a correlation", () => {
      const count = (kind: string, expected: boolean) =>
        examples.filter((example) => example.kind === kind && example.expected === expected).length;
      const series = Math.min(count("alert", true), count("alert", false));
      const single = Math.min(count("match", true), count("match", false));
      assert.ok(single >= 2 || series >= 1, `${single} single cases and ${series} series of each outcome`);
    });
    for (const example of examples)
      it(`${example.expected ? example.kind : `no ${example.kind}`}: ${example.name}`, () =>
        assert.equal(checkExample(ruleSet, ids, example), undefined));
  });
