import { nist, securityHub } from "../../controls";
import type { StackGraph } from "../../graph";
import type { Reading } from "../../properties";
import type { Resource } from "../../resource";
import type { GraphRule, RuleContext } from "../../rule";
import { matchesName } from "../../stack-identity";
import { BUCKET, BUCKET_LOGGING, BUCKET_OBJECT_LOCK, TRAIL } from "../../tokens";
import { COMPLIANT, NOT_APPLICABLE, type Verdict, undecided, violation } from "../../verdict";

export const archiveBucketIsLocked: GraphRule = {
  id: "archive-bucket-is-locked",
  scope: "graph",
  service: "s3",
  severity: "high",
  title: "Archive buckets have Object Lock with a default retention",
  rationale: "whoever can delete the log files can delete the traces of what else was done",
  fix: "Give the bucket an aws.s3.BucketObjectLockConfiguration with a rule.defaultRetention of a mode and days or years.",
  controls: [securityHub("S3.15"), ...nist("AU-9", "CP-6(2)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-15",
  types: [...TRAIL, ...BUCKET],
  settings: {
    archiveBuckets: {
      description:
        "Logical names of further archive buckets, with * as wildcard; beside those that a trail of the stack delivers to.",
    },
  },
  check: (resource, graph, context) => {
    if (TRAIL.includes(resource.type)) {
      return graph.bucketOf(resource, "s3BucketName").kind === "undecided"
        ? undecided("which bucket s3BucketName means")
        : NOT_APPLICABLE;
    }
    return isArchive(resource, graph, context) ? checkLock(resource, graph) : NOT_APPLICABLE;
  },
};

/**
 * A target of server access logs is no archive even where the configuration matches it: S3 does not deliver them to a
 * bucket with Object Lock (S3 User Guide, "Enabling Amazon S3 server access logging").
 */
function isArchive(bucket: Resource, graph: StackGraph, context: RuleContext): boolean {
  if (graph.isNamedBy(bucket, TRAIL, "s3BucketName")) return true;
  return (
    matchesName(context.strings("archiveBuckets"), bucket.name) &&
    !graph.isNamedBy(bucket, BUCKET_LOGGING, "targetBucket")
  );
}

function checkLock(bucket: Resource, graph: StackGraph): Verdict {
  const { attached, othersUndecided } = graph.satellites(bucket, BUCKET_OBJECT_LOCK);
  if (attached.length > 0) {
    const verdicts = attached.map((lock) => judge((...path) => lock.read("rule", ...path)));
    return verdicts.find(({ outcome }) => outcome !== "compliant") ?? COMPLIANT;
  }
  const inline = inlineLock(bucket);
  return inline.outcome === "violation" && othersUndecided
    ? undecided("which bucket a BucketObjectLockConfiguration of this stack belongs to")
    : inline;
}

/** The deprecated `objectLockConfiguration` input; its V2 spelling has lists of one. */
function inlineLock(bucket: Resource): Verdict {
  const plain = judge((...path) => bucket.readInput("objectLockConfiguration", "rule", ...path));
  if (plain.outcome !== "violation") return plain;
  return judge((_, leaf) =>
    bucket.readInput("objectLockConfiguration", "rules", 0, "defaultRetentions", 0, leaf),
  );
}

/** A default retention needs a mode and a period in days or years (S3 API reference, DefaultRetention). */
function judge(read: (parent: "defaultRetention", leaf: "mode" | "days" | "years") => Reading): Verdict {
  const mode = read("defaultRetention", "mode");
  const periods = (["days", "years"] as const).map((unit) => read("defaultRetention", unit));
  if (mode.state === "absent") return violation("it has no Object Lock with a default retention");
  if (mode.state === "unknown") return undecided(mode.path);
  if (periods.some((period) => period.state === "known" && Number(period.value) > 0)) return COMPLIANT;
  const open = periods.find((period) => period.state === "unknown");
  return open ? undecided(open.path) : violation("its default retention has no period");
}
