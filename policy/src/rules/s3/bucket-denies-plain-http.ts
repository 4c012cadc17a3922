import { cis, nist, securityHub } from "../../controls";
import { bucketName } from "../../graph";
import { parsePolicyDocument } from "../../policy-document/document";
import { deniesPlainHttp } from "../../policy-document/plain-http";
import { type Reading, copyOut } from "../../properties";
import type { Resource } from "../../resource";
import type { GraphRule } from "../../rule";
import { BUCKET, BUCKET_POLICY } from "../../tokens";
import { COMPLIANT, type Verdict, undecided, violation } from "../../verdict";

export const bucketDeniesPlainHttp: GraphRule = {
  id: "bucket-denies-plain-http",
  scope: "graph",
  service: "s3",
  severity: "medium",
  title: "S3 buckets deny plain HTTP",
  rationale: "what travels unencrypted can be read and changed on the way, credentials included",
  fix: "Deny s3:* to principal * on the bucket and its objects under the condition Bool aws:SecureTransport false.",
  controls: [securityHub("S3.5"), cis("3.0.0", "2.1.1"), ...nist("SC-8", "SC-8(1)", "SC-13")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
  types: BUCKET,
  check: (bucket, graph) => {
    const { attached, othersUndecided } = graph.satellites(bucket, BUCKET_POLICY);
    const readings =
      attached.length > 0 ? attached.map((policy) => policy.read("policy")) : [inlinePolicy(bucket)];
    const verdicts = readings.map((reading) => judge(reading, bucket, othersUndecided));
    return (
      verdicts.find(({ outcome }) => outcome === "violation") ??
      verdicts.find(({ outcome }) => outcome === "undecided") ??
      COMPLIANT
    );
  },
};

/** The deprecated `policy` input of the bucket; the provider reports an empty one where there is none. */
function inlinePolicy(bucket: Resource): Reading {
  const reading = bucket.readInput("policy");
  return reading.state === "known" && reading.value === "" ? { state: "absent" } : reading;
}

function judge(reading: Reading, bucket: Resource, othersUndecided: boolean): Verdict {
  switch (reading.state) {
    case "unknown":
      return undecided("the policy document");
    case "absent":
      return othersUndecided
        ? undecided("which bucket a BucketPolicy of this stack belongs to")
        : violation("it has no bucket policy");
    case "known": {
      const document = parsePolicyDocument(copyOut(reading.value));
      if (!document) return violation("its bucket policy is no valid policy document");
      const denial = deniesPlainHttp(document, bucketName(bucket));
      const gaps = [
        ...(denial.bucket === "no" ? ["the bucket itself"] : []),
        ...(denial.objects === "no" ? ["its objects"] : []),
      ];
      if (gaps.length > 0)
        return violation(`its policy does not deny all plain-HTTP requests on ${gaps.join(" and ")}`);
      return denial.bucket === "unknown" || denial.objects === "unknown"
        ? undecided("part of the policy document")
        : COMPLIANT;
    }
  }
}
