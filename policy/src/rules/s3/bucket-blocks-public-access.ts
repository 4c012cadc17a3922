import { cis, nist, securityHub } from "../../controls";
import type { GraphRule } from "../../rule";
import { BUCKET, BUCKET_PUBLIC_ACCESS_BLOCK } from "../../tokens";
import { COMPLIANT, undecided, violation } from "../../verdict";

const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const bucketBlocksPublicAccess: GraphRule = {
  id: "bucket-blocks-public-access",
  scope: "graph",
  service: "s3",
  severity: "high",
  title: "S3 buckets block public access",
  rationale: "one wrong statement or ACL must not be enough to publish a bucket",
  fix: "Give the bucket an aws.s3.BucketPublicAccessBlock with all four flags set to true.",
  controls: [securityHub("S3.8"), cis("3.0.0", "2.1.4"), ...nist("AC-3", "AC-21", "SC-7")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
  types: BUCKET,
  check: (bucket, graph) => {
    const { attached, othersUndecided } = graph.satellites(bucket, BUCKET_PUBLIC_ACCESS_BLOCK);
    if (attached.length === 0) {
      return othersUndecided
        ? undecided("which bucket a BucketPublicAccessBlock of this stack belongs to")
        : violation("it has no BucketPublicAccessBlock");
    }
    const readings = attached.flatMap((block) => FLAGS.map((flag) => ({ flag, reading: block.read(flag) })));
    const off = readings.filter(
      ({ reading }) => reading.state === "absent" || (reading.state === "known" && reading.value !== true),
    );
    if (off.length > 0)
      return violation(`not set to true: ${[...new Set(off.map(({ flag }) => flag))].join(", ")}`);
    const open = readings.find(({ reading }) => reading.state === "unknown");
    return open ? undecided(`${open.flag} of its BucketPublicAccessBlock`) : COMPLIANT;
  },
};
