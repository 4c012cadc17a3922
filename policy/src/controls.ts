import type { Control } from "./rule";

/** AWS Security Hub control (https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html). */
export function securityHub(id: string): Control {
  return { standard: "security-hub", id };
}

/** CIS AWS Foundations Benchmark; numbers differ between versions, so the version is part of the reference. */
export function cis(version: "1.4.0" | "3.0.0", id: string): Control {
  return { standard: `cis-aws-${version}`, id };
}

/** NIST SP 800-53 Revision 5. */
export function nist(...ids: readonly string[]): readonly Control[] {
  return ids.map((id) => ({ standard: "nist-800-53-r5", id }));
}
