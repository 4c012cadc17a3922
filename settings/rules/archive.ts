import { KEYS } from "../keys";
import { complianceAcknowledgement } from "../compliance-lock";
import { rule, when, type Rule } from "./rule";

/** S3 moves objects to Standard-IA after 30 days at the earliest (S3 User Guide, "Transitioning objects"). */
const STANDARD_IA_MINIMUM_DAYS = 30;

/** Rules about the archive's lock, retention and copies. */
export const ARCHIVE_RULES: readonly Rule[] = [
  rule(["lockDays", "retentionDays"], ({ lockDays, retentionDays }) => [
    when(lockDays > retentionDays, {
      key: "lockDays",
      problem: `is ${lockDays}, longer than retentionDays (${retentionDays}), so that expiry could delete nothing`,
      allowed: `at most ${retentionDays}, or a longer retentionDays`,
    }),
  ]),

  rule(
    ["lockMode", "lockDays", "acknowledgeComplianceLock"],
    ({ lockMode, lockDays, acknowledgeComplianceLock }) => {
      const sentence = complianceAcknowledgement(lockDays);
      return [
        when(lockMode === "compliance" && acknowledgeComplianceLock !== sentence, {
          key: "acknowledgeComplianceLock",
          problem: `does not acknowledge what lockMode compliance with lockDays ${lockDays} means`,
          allowed: `exactly ${JSON.stringify(sentence)}`,
        }),
        when(lockMode === "governance" && acknowledgeComplianceLock !== undefined, {
          key: "acknowledgeComplianceLock",
          problem: "is set although lockMode is governance",
          allowed: "nothing, or lockMode compliance",
        }),
      ];
    },
  ),

  rule(["lockMode", "disposable"], ({ lockMode, disposable }) => [
    when(lockMode === "compliance" && disposable, {
      key: "lockMode",
      problem: "is compliance although the stack is disposable: nobody could delete its objects",
      allowed: "governance in a disposable stack",
    }),
  ]),

  rule(["transition", "retentionDays"], ({ transition, retentionDays }) => [
    when(transition !== undefined && transition.afterDays >= retentionDays, {
      key: "transition.afterDays",
      problem: `is ${transition?.afterDays ?? 0}, not before objects expire (retentionDays ${retentionDays})`,
      allowed: `less than ${retentionDays}`,
    }),
    when(transition?.storageClass === "STANDARD_IA" && transition.afterDays < STANDARD_IA_MINIMUM_DAYS, {
      key: "transition.afterDays",
      problem: `is ${transition?.afterDays ?? 0}, too early for STANDARD_IA`,
      allowed: `at least ${STANDARD_IA_MINIMUM_DAYS}`,
    }),
  ]),

  rule(["replicaRegion", "region", "partition"], ({ replicaRegion, region }) => [
    when(replicaRegion === region, {
      key: "replicaRegion",
      problem: `is the stack's own region ${region}, where a copy dies with the original`,
      allowed: "another region of the same partition",
    }),
  ]),

  rule(["existingBucketName", "existingKeyArn"], ({ existingBucketName, existingKeyArn }) => [
    when(existingBucketName !== undefined && existingKeyArn === undefined, {
      key: "existingKeyArn",
      problem: "is missing although existingBucketName is set",
      allowed: "the ARN of the key that encrypts the existing bucket",
    }),
    when(existingBucketName === undefined && existingKeyArn !== undefined, {
      key: "existingKeyArn",
      problem: "is set without existingBucketName",
      allowed: "both or neither; to take a key over, use adopt.key",
    }),
  ]),

  // Saying nothing here would let people believe that their bucket is locked, copied or taken over.
  rule(["existingBucketName", "replicaRegion"], ({ existingBucketName, replicaRegion }) => [
    when(
      existingBucketName !== undefined && replicaRegion !== undefined,
      excludedByExistingBucket("replicaRegion"),
    ),
  ]),
  rule(["existingBucketName", "transition"], ({ existingBucketName, transition }) => [
    when(
      existingBucketName !== undefined && transition !== undefined,
      excludedByExistingBucket("transition"),
    ),
  ]),
  rule(["existingBucketName", "lockMode"], ({ existingBucketName, lockMode }) => [
    when(
      existingBucketName !== undefined && lockMode !== KEYS.lockMode.default,
      excludedByExistingBucket("lockMode"),
    ),
  ]),
  rule(["existingBucketName", "lockDays"], ({ existingBucketName, lockDays }) => [
    when(
      existingBucketName !== undefined && lockDays !== KEYS.lockDays.default,
      excludedByExistingBucket("lockDays"),
    ),
  ]),
  rule(["existingBucketName", "adopt"], ({ existingBucketName, adopt }) => [
    when(
      existingBucketName !== undefined && adopt?.bucket !== undefined,
      excludedByExistingBucket("adopt.bucket"),
    ),
    when(existingBucketName !== undefined && adopt?.key !== undefined, excludedByExistingBucket("adopt.key")),
  ]),
];

function excludedByExistingBucket(
  key: "replicaRegion" | "transition" | "lockMode" | "lockDays" | "adopt.bucket" | "adopt.key",
) {
  return {
    key,
    problem: "is set although existingBucketName is, whose bucket stays as its owner made it",
    allowed: "one of the two",
  } as const;
}
