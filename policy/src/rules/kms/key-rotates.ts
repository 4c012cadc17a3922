import { checkFlag } from "../../checks";
import { cis, nist, securityHub } from "../../controls";
import type { ResourceRule } from "../../rule";
import { KEY } from "../../tokens";
import { NOT_APPLICABLE, undecided } from "../../verdict";

/**
 * What must have this value, or be absent, for automatic rotation to be possible: symmetric encryption keys with key
 * material from AWS (KMS Developer Guide, "Rotating AWS KMS keys").
 */
const ROTATABLE: ReadonlyMap<string, string> = new Map([
  ["customerMasterKeySpec", "SYMMETRIC_DEFAULT"],
  ["keyUsage", "ENCRYPT_DECRYPT"],
  ["customKeyStoreId", ""],
]);

export const keyRotates: ResourceRule = {
  id: "key-rotates",
  scope: "resource",
  service: "kms",
  severity: "medium",
  title: "KMS keys rotate",
  rationale: "rotation limits how much data one version of the key material protects",
  fix: "Set enableKeyRotation to true.",
  controls: [securityHub("KMS.4"), cis("3.0.0", "3.6"), ...nist("SC-12", "SC-12(2)")],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-4",
  types: KEY,
  check: (key) => {
    const verdict = checkFlag(key, "enableKeyRotation", true, false, "enableKeyRotation is off");
    if (verdict.outcome === "compliant") return verdict;
    const readings = [...ROTATABLE].map(([property, wanted]) => ({ reading: key.read(property), wanted }));
    if (readings.some(({ reading, wanted }) => reading.state === "known" && reading.value !== wanted)) {
      return NOT_APPLICABLE;
    }
    const open = readings.find(({ reading }) => reading.state === "unknown")?.reading;
    return open?.state === "unknown" ? undecided(open.path) : verdict;
  },
};
