import { nist, securityHub } from "../../controls";
import type { Reading } from "../../properties";
import type { Resource } from "../../resource";
import type { GraphRule } from "../../rule";
import { BUCKET, BUCKET_VERSIONING } from "../../tokens";
import { COMPLIANT, type Verdict, undecided, violation } from "../../verdict";

export const bucketIsVersioned: GraphRule = {
  id: "bucket-is-versioned",
  scope: "graph",
  service: "s3",
  severity: "low",
  title: "S3 buckets are versioned",
  rationale: "an overwritten or deleted object stays recoverable, and Object Lock needs versions",
  fix: "Give the bucket an aws.s3.BucketVersioning with status Enabled.",
  controls: [securityHub("S3.14"), ...nist("AU-9(2)", "CP-9", "SI-12")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14",
  types: BUCKET,
  check: (bucket, graph) => {
    const { attached, othersUndecided } = graph.satellites(bucket, BUCKET_VERSIONING);
    if (attached.length > 0) {
      const verdicts = attached.map((versioning) =>
        judge(versioning.read("versioningConfiguration", "status"), "Enabled"),
      );
      return (
        verdicts.find(({ outcome }) => outcome === "violation") ??
        verdicts.find(({ outcome }) => outcome === "undecided") ??
        COMPLIANT
      );
    }
    const inline = inlineVersioning(bucket);
    return inline.outcome === "violation" && othersUndecided
      ? undecided("which bucket a BucketVersioning of this stack belongs to")
      : inline;
  },
};

/** The deprecated `versioning` input; a list of one in the V2 spelling. */
function inlineVersioning(bucket: Resource): Verdict {
  const plain = judge(bucket.readInput("versioning", "enabled"), true);
  return plain.outcome === "violation" ? judge(bucket.readInput("versionings", 0, "enabled"), true) : plain;
}

function judge(reading: Reading, wanted: unknown): Verdict {
  if (reading.state === "unknown") return undecided(reading.path);
  return reading.state === "known" && reading.value === wanted
    ? COMPLIANT
    : violation("versioning is not enabled");
}
