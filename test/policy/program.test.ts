import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildPolicies } from "../../policy/src/pack";
import { Analyzer, type AnalyzerOptions, type Diagnostic } from "../support/analyzer";
import { SHAPES, type Shape, recordProgram } from "../support/program";

const CONFIG = JSON.parse(
  readFileSync(join(__dirname, "../../policy/config/local.json"), "utf8"),
) as AnalyzerOptions["config"];

/** An account of its own for the archive has no trail; its stack is known by its buckets. */
const ARCHIVE_CONFIG = { "stack-s3-high": { archiveBuckets: ["archive*"] } };

/** What members of an organization deploy is no audit stack: it has no trail, and no `auditStacks` names it. */
function configOf(shape: Shape): AnalyzerOptions["config"] {
  if (shape === SHAPES.forwarder || shape === SHAPES.member) return {};
  return shape === SHAPES.archive ? ARCHIVE_CONFIG : CONFIG;
}

/** Runs the program's resources past the pack the way the engine does: inputs one by one, then all outputs. */
async function checkProgram(
  shape: Shape,
  preview: boolean,
  config: AnalyzerOptions["config"] = configOf(shape),
): Promise<Diagnostic[]> {
  const { resources } = await recordProgram(shape, { preview });
  const analyzer = new Analyzer(buildPolicies(), { config });
  const diagnostics: Diagnostic[] = [];
  for (const resource of resources) {
    diagnostics.push(...(await analyzer.analyze({ ...resource, props: resource.inputs })));
  }
  const whole = resources.map((resource) => ({
    ...resource,
    props: { ...resource.inputs, ...resource.outputs },
  }));
  return [...diagnostics, ...(await analyzer.analyzeStack(whole))];
}

describe("the program under its own policy pack", function () {
  this.timeout(60_000);

  for (const [name, shape] of Object.entries<Shape>(SHAPES)) {
    it(`has no violation and nothing undecided after the update of "${name}"`, async () => {
      assert.deepEqual(await checkProgram(shape, false), []);
    });

    it(`has no violation in the preview of "${name}", and only policy documents are undecided`, async () => {
      const diagnostics = await checkProgram(shape, true);

      assert.deepEqual(
        diagnostics.filter(
          ({ level, message }) =>
            level !== "advisory" || !/\nundecided: the policy document is not known/.test(message),
        ),
        [],
      );
    });
  }

  it("may be destroyed with all it holds in dev only because the policy configuration says so", async () => {
    const diagnostics = await checkProgram(SHAPES.dev, false, {});

    const policies = new Set(diagnostics.map(({ policy }) => policy));
    assert.deepEqual(policies, new Set(["bucket-not-force-destroyed", "response-records-are-kept"]));
  });
});
