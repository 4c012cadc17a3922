import assert from "node:assert/strict";
import { buildPolicies } from "../../../policy/src/pack";
import { Analyzer, type AnalyzerOptions, type Diagnostic, UNKNOWN_VALUE } from "../../support/analyzer";
import { type GoodStackChanges, goodStack } from "../../support/policy-fixtures";

const LISTED: AnalyzerOptions = { config: { "stack-cloudtrail-high": { auditStacks: ["shop/*"] } } };
const TAGGED: AnalyzerOptions = { stackTags: { "trailkeeper:role": "audit" } };

async function askedAbout(changes: GoodStackChanges, options: AnalyzerOptions): Promise<Diagnostic[]> {
  const analyzer = new Analyzer(buildPolicies(), options);
  const diagnostics = await analyzer.analyzeStack(goodStack(changes));
  return diagnostics.filter(({ policy }) => policy === "audit-stack-has-trail");
}

describe("audit-stack-has-trail", () => {
  for (const [how, options] of [
    ["listed in the configuration", LISTED],
    ["tagged", TAGGED],
  ] as const) {
    it(`is content with a complete trail in a stack that is ${how}`, async () => {
      assert.deepEqual(await askedAbout({}, options), []);
    });

    it(`misses the trail in a stack that is ${how}`, async () => {
      const [diagnostic] = await askedAbout({ trail: undefined }, options);

      assert.equal(diagnostic?.level, "mandatory");
      assert.match(diagnostic.message, /this audit stack has no trail/);
    });
  }

  for (const [property, value] of [
    ["enableLogging", false],
    ["isMultiRegionTrail", false],
    ["enableLogFileValidation", undefined],
    ["kmsKeyId", undefined],
    ["cloudWatchLogsGroupArn", undefined],
    ["cloudWatchLogsRoleArn", undefined],
  ] as const) {
    it(`does not count a trail that lacks ${property}`, async () => {
      const [diagnostic] = await askedAbout({ trail: { [property]: value } }, LISTED);

      assert.match(diagnostic?.message ?? "", /no trail of this audit stack is complete/);
    });
  }

  it("is undecided while the completeness of the only trail is unknown", async () => {
    const trail = { isMultiRegionTrail: UNKNOWN_VALUE.boolean };

    const [diagnostic] = await askedAbout({ trail }, LISTED);

    assert.equal(diagnostic?.level, "advisory");
    assert.match(diagnostic.message, /undecided: whether a trail is complete \(isMultiRegionTrail\)/);
  });

  for (const options of [
    {},
    { config: { "stack-cloudtrail-high": { auditStacks: ["other/*", "shop/dev", "shop"] } } },
    { stackTags: { "trailkeeper:role": "workload" } },
  ]) {
    it(`asks nothing of other stacks: ${JSON.stringify(options)}`, async () => {
      assert.deepEqual(await askedAbout({ trail: undefined }, options), []);
    });
  }
});
