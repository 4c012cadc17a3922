import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectionRules } from "../../components/detection-rules";
import { loadRules, SHIPPED_RULES_FOLDER } from "../../catalog/load-rules";

const rule = (id: string, change: Record<string, unknown> = {}) =>
  JSON.stringify({
    title: "A rule of our own",
    id,
    name: "own",
    logsource: { product: "aws", service: "cloudtrail" },
    detection: {
      selection: { eventSource: "groundstation.amazonaws.com", eventName: "DeleteMissionProfile" },
      condition: "selection",
    },
    level: "critical",
    ...change,
  });

const correlation = (id: string, on: string) =>
  JSON.stringify({
    title: "Many of our own",
    id,
    level: "high",
    correlation: {
      type: "event_count",
      rules: [on],
      "group-by": ["recipientAccountId"],
      timespan: "10m",
      condition: { gte: 5 },
    },
  });

const OWN = "11111111-2222-4333-8444-555555555555";

describe("detectionRules", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "detection-rules-"));
    mkdirSync(join(folder, "rules"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string) => writeFileSync(join(folder, "rules", name), text);
  const withOwn = (change = {}) => detectionRules({ rulesFolder: join(folder, "rules"), ...change });

  it("are the shipped ones, without mistakes, unless a stack says otherwise", () => {
    const { rules } = detectionRules({});
    assert.deepEqual(
      rules.map(({ id }) => id),
      loadRules(SHIPPED_RULES_FOLDER).rules.map(({ id }) => id),
    );
  });

  it("have the user's own beside them, and forward what those ask for", () => {
    write("own.yml", rule(OWN));

    const { rules, patterns, patternsWithPipeline } = withOwn();
    assert.ok(rules.some(({ id }) => id === OWN));
    assert.ok(patterns.join().includes("DeleteMissionProfile"));
    assert.ok(!detectionRules({}).patterns.join().includes("DeleteMissionProfile"));
    assert.ok(patternsWithPipeline.join().includes("PutAlarmMuteRule"));
  });

  it("stop the program with every mistake of every file", () => {
    write("a.yml", rule("11111111-2222-4333-8444-55555555555a", { level: "severe" }));
    write("b.yml", "{");

    assert.throws(withOwn, (error: Error) => {
      assert.match(error.message, /^The detection rules have \d mistakes:\n/);
      assert.match(error.message, /rules\/a\.yml:\d+: level/);
      assert.match(error.message, /rules\/b\.yml:\d+: /);
      return true;
    });
  });

  it("refuse an id that a shipped rule has", () => {
    const [shipped] = loadRules(SHIPPED_RULES_FOLDER).rules;
    write("own.yml", rule(shipped?.id ?? ""));

    assert.throws(withOwn, /own\.yml:1: id is the id of a shipped rule/);
  });

  it("refuse an id that a rule on the pipeline itself has", () => {
    write("own.yml", rule("pipeline-trail"));

    assert.throws(withOwn, /own\.yml:1: id is the id of a rule on the pipeline itself/);
  });

  it("say that rules on the pipeline itself cannot be disabled", () => {
    const { warnings } = detectionRules({ disabledRules: ["pipeline-administrator"] });

    assert.match(warnings.join("\n"), /pipeline-administrator, a rule on the pipeline itself, which runs/);
  });

  it("say that the folder is not there, as the settings name it", () => {
    assert.throws(() => detectionRules({ rulesFolder: "no/where" }), /^ {2}no\/where:1: does not exist/m);
    assert.throws(() => detectionRules({ rulesFolder: join(folder, "nowhere") }), /nowhere.*does not exist/s);
  });

  it("leave out disabled rules and the correlations that rest on them, and say so", () => {
    write("own.yml", rule(OWN));
    write("many.yml", correlation("11111111-2222-4333-8444-666666666666", "own"));

    const { rules, warnings } = withOwn({ disabledRules: [OWN, "no-such-rule"] });
    assert.ok(!rules.some(({ title }) => /our own/.test(title)));
    assert.match(warnings.join("\n"), /disabledRules names no-such-rule, which no rule has/);
    assert.match(warnings.join("\n"), /correlation 11111111.*Many of our own.*does not run/);
  });

  describe("suppressions", () => {
    const suppression = (change: Record<string, string>) => [
      {
        rule: "pipeline-administrator",
        match: { "userIdentity.arn": "arn:aws:sts::111122223333:assumed-role/trailkeeper-deploy/nightly" },
        reason: "The nightly deployment",
        owner: "platform-security",
        expires: "2999-12-31",
        ...change,
      },
    ];
    const withSuppressions = (content: unknown) => {
      const suppressionsFile = join(folder, "suppressions.yml");
      writeFileSync(suppressionsFile, JSON.stringify(content));
      return detectionRules({ suppressionsFile });
    };

    it("may name shipped rules and the rules on the pipeline itself", () => {
      const { suppressions } = withSuppressions(suppression({}));
      assert.deepEqual(
        suppressions.map(({ ruleId, owner }) => [ruleId, owner]),
        [["pipeline-administrator", "platform-security"]],
      );
    });

    it("that have expired warn and do not stop the program", () => {
      const { warnings } = withSuppressions(suppression({ expires: "2020-01-31" }));
      assert.match(warnings.join("\n"), /suppressions\.yml:1: .*expires.* was 2020-01-31/);
    });

    it("that cannot be used stop it", () => {
      assert.throws(
        () => withSuppressions(suppression({ rule: "no-such-rule" })),
        /no rule has that id or name/,
      );
      assert.throws(
        () => detectionRules({ suppressionsFile: join(folder, "missing.yml") }),
        /missing\.yml:1: cannot be read/,
      );
    });
  });
});
