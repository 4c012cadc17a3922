import assert from "node:assert/strict";
import { buildPolicies } from "../../../policy/src/pack";
import { Analyzer } from "../../support/analyzer";
import { goodStack } from "../../support/policy-fixtures";

const analyzer = new Analyzer(buildPolicies());

describe("all rules", () => {
  for (const spelling of ["", "V2"] as const) {
    it(`say nothing about a good stack after the update (spelling "${spelling}")`, async () => {
      assert.deepEqual(await analyzer.analyzeAll(goodStack({}, { spelling })), []);
    });

    it(`decide everything but the interpolated policy document in preview (spelling "${spelling}")`, async () => {
      const diagnostics = await analyzer.analyzeAll(goodStack({}, { spelling, preview: true }));

      assert.deepEqual(
        diagnostics.map(({ policy, level }) => [policy, level]),
        [["bucket-denies-plain-http", "advisory"]],
      );
      assert.match(diagnostics[0]?.message ?? "", /\nundecided: the policy document is not known/);
    });
  }

  it("say nothing about other types", async () => {
    const others = goodStack().map((resource) => ({ ...resource, type: "aws:ec2/vpc:Vpc" }));

    assert.deepEqual(await analyzer.analyzeAll(others), []);
  });
});
