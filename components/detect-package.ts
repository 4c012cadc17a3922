import * as pulumi from "@pulumi/pulumi";
import { packRules } from "../detections/packed-rules";
import { pipelineRules } from "../detections/pipeline-rules";
import type { Rule } from "../detections/sigma/model";
import type { Suppression } from "../detections/suppressions";

/** What the detect function evaluates. */
export interface DetectFilesArgs {
  readonly rules: readonly Rule[];
  readonly suppressions: readonly Suppression[];
  /** ARNs of everything that the pipeline is made of; repeats do not matter. */
  readonly partArns: readonly pulumi.Input<string>[];
  /** ARN patterns of those who deploy it, account by account. */
  readonly administratorArns: readonly pulumi.Input<string[]>[];
}

/**
 * The files of the detect function's package beside its code: `rules.json`, and `pipeline.json` with the rules on the
 * pipeline's own parts, which are known when the parts are. The same rules and parts give the same bytes.
 */
export function detectFiles(args: DetectFilesArgs): pulumi.Output<Readonly<Record<string, string>>> {
  const { rules, suppressions } = args;
  const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();
  return pulumi
    .all([pulumi.all([...args.partArns]), pulumi.all([...args.administratorArns])])
    .apply(([arns, administrators]): Readonly<Record<string, string>> => ({
      "rules.json": JSON.stringify({ ...packRules(rules), suppressions }),
      "pipeline.json": JSON.stringify(
        packRules(
          pipelineRules({
            arns: distinct(arns),
            administratorArns: distinct(administrators.flat()),
          }),
        ),
      ),
    }));
}
