import assert from "node:assert/strict";
import { buildPolicies } from "../../policy/src/pack";
import { Analyzer, UNKNOWN_VALUE, secret } from "./analyzer";
import { type GoodStackChanges, type GoodStackOptions, goodStack } from "./policy-fixtures";

/** One way to change the good stack, and what one rule must say about it. */
export interface RuleCase {
  readonly title: string;
  readonly changes: GoodStackChanges;
  readonly rule: string;
  readonly expect: "violation" | "undecided" | "nothing";
  readonly options?: GoodStackOptions;
}

/** Makes one mocha test of each case. Only the rule in question is listened to: others may well object too. */
export function testRuleCases(cases: readonly RuleCase[]): void {
  const analyzer = new Analyzer(buildPolicies());
  for (const { title, changes, rule, expect, options } of cases) {
    it(`${rule}: ${expect} for ${title}${options?.spelling ? ` (${options.spelling})` : ""}`, async () => {
      const diagnostics = await analyzer.analyzeAll(goodStack(changes, options));
      const found = diagnostics.filter(({ policy }) => policy === rule);

      if (expect === "nothing") {
        assert.deepEqual(found, []);
        return;
      }
      const [diagnostic] = found;
      assert.equal(found.length, 1);
      assert.equal(diagnostic?.level, expect === "violation" ? "mandatory" : "advisory");
      assert.equal(diagnostic?.message.includes("\nundecided: "), expect === "undecided");
      assert.doesNotMatch(diagnostic?.message ?? "", /policy error:/);
    });
  }
}

/** Cases of a boolean property: on, off, missing, unknown, secret. */
export function flagCases(
  rule: string,
  part: "trail" | "key",
  flag: string,
  expected: { readonly absent: "nothing" | "violation" },
): readonly RuleCase[] {
  const values = [
    ["on", true, "nothing"],
    ["off", false, "violation"],
    ["missing", undefined, expected.absent],
    ["unknown", UNKNOWN_VALUE.boolean, "undecided"],
    ["secretly on", secret(true), "nothing"],
    ["secretly off", secret(false), "violation"],
  ] as const;
  return values.map(([title, value, expect]) => ({
    title: `${flag} ${title}`,
    changes: { [part]: { [flag]: value } },
    rule,
    expect,
  }));
}

/** Cases of a property that refers to another resource. */
export function referenceCases(rule: string, part: "trail" | "topic", property: string): readonly RuleCase[] {
  const values = [
    ["missing", undefined, "violation"],
    ["empty", "", "violation"],
    ["literal", "arn:aws:kms:eu-west-1:111122223333:key/1", "nothing"],
    ["secret", secret("arn:aws:kms:eu-west-1:111122223333:key/1"), "nothing"],
    ["unknown and from nowhere", UNKNOWN_VALUE.string, "undecided"],
  ] as const;
  return values.map(([title, value, expect]) => ({
    title: `${property} ${title}`,
    changes: { [part]: { [property]: value } },
    rule,
    expect,
  }));
}
