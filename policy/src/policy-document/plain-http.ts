import { UNKNOWN } from "../properties";
import { type Answer, both, either, every, lowerCased, matchesList, some, textIs } from "./answer";
import type { PatternList, PolicyCondition, PolicyDocument, PolicyStatement } from "./document";
import { matchesPattern } from "./pattern";

/** Whether a bucket policy refuses requests over plain HTTP, for the bucket itself and for its objects. */
export interface PlainHttpDenial {
  readonly bucket: Answer;
  readonly objects: Answer;
}

/** What reads, writes, lists or deletes objects, by the ARN it is authorised on (Service Authorization Reference, S3). */
const OBJECT_ACTIONS = [
  "s3:AbortMultipartUpload",
  "s3:DeleteObject",
  "s3:DeleteObjectTagging",
  "s3:DeleteObjectVersion",
  "s3:GetObject",
  "s3:GetObjectAcl",
  "s3:GetObjectTagging",
  "s3:GetObjectVersion",
  "s3:ListMultipartUploadParts",
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:PutObjectTagging",
  "s3:RestoreObject",
].map((action) => action.toLowerCase());
const BUCKET_ACTIONS = ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"].map(
  (action) => action.toLowerCase(),
);

/**
 * Characters of the private use area: no pattern holds them, so a pattern that matches them does so by its wildcards. A
 * pattern that matches both a key of one character and a long one matches every key.
 */
const PROBE_NAME = "\uE000\uE000\uE000";
const PROBE_KEYS = ["\uE001", "\uE001".repeat(16)];

/**
 * Evaluates whether the policy's Deny statements together cover every plain-HTTP request of everybody. Statements count
 * only as far as they hold for all such requests: a narrower principal, a further condition or a part of the keys
 * does not. Over-strict answers are possible (a condition that happens to be always true), over-lenient ones are not.
 *
 * @param name The bucket's physical name; without it only statements that cover every bucket count as certain.
 */
export function deniesPlainHttp(document: PolicyDocument, name: string | undefined): PlainHttpDenial {
  const cover = (actions: readonly string[], covers: (resources: PatternList) => Answer): Answer => {
    const candidates = document.statements
      .map((statement) => ({
        actions: lowerCased(statement.actions),
        holds: both(appliesToEverybody(statement), covers(statement.resources)),
      }))
      .filter(({ holds }) => holds !== "no");
    return every(actions, (action) => {
      const covered = some(candidates, (candidate) =>
        both(
          candidate.holds,
          matchesList(candidate.actions, (pattern) => matchesPattern(pattern, action)),
        ),
      );
      return covered === "no" && document.hasUnknownStatements ? "unknown" : covered;
    });
  };
  return {
    bucket: cover(BUCKET_ACTIONS, (resources) => coversBucket(resources, name)),
    objects: cover(OBJECT_ACTIONS, (resources) => coversObjects(resources, name)),
  };
}

/** Whether the statement denies, to everybody, under no other condition than plain HTTP. */
function appliesToEverybody(statement: PolicyStatement): Answer {
  return both(
    both(textIs(statement.effect, "Deny"), coversEverybody(statement.principals)),
    every(statement.conditions, holdsForPlainHttp),
  );
}

/** `"*"` and `{"AWS": "*"}` mean everybody (IAM User Guide, "AWS JSON policy elements: Principal"). */
function coversEverybody(principals: PatternList): Answer {
  if (principals.negated) return "no";
  return some(principals.patterns, (principal) => either(textIs(principal, "*"), textIs(principal, "AWS:*")));
}

function coversBucket(resources: PatternList, name: string | undefined): Answer {
  const arn = bucketArn(name);
  return unlessNameless(
    name,
    matchesList(resources, (pattern) => matchesPattern(neutral(pattern), arn)),
  );
}

/**
 * For `NotResource`, one object that a pattern may spare is enough to leave a gap; a policy variable (`${...}`) can stand
 * for anything.
 */
function coversObjects(resources: PatternList, name: string | undefined): Answer {
  const objects = `${bucketArn(name)}/`;
  const matches = (pattern: string): boolean => {
    if (!resources.negated) return PROBE_KEYS.every((key) => matchesPattern(pattern, objects + key));
    const [literal = ""] = pattern.split(/[*?]|\$\{/, 1);
    return literal.startsWith(objects) || (literal !== pattern && objects.startsWith(literal));
  };
  return unlessNameless(
    name,
    matchesList(resources, (pattern) => matches(neutral(pattern))),
  );
}

function bucketArn(name: string | undefined): string {
  return `arn:aws:s3:::${name ?? PROBE_NAME}`;
}

/** Partitions differ between documents written for one cloud and buckets of another; the name decides. */
function neutral(pattern: string): string {
  return pattern.replace(/^arn:[^:]*:/, "arn:aws:");
}

function unlessNameless(name: string | undefined, answer: Answer): Answer {
  return answer === "no" && name === undefined ? "unknown" : answer;
}

/** Condition keys and the values of `Bool` ignore case (IAM User Guide, "AWS JSON policy elements: Condition"). */
function holdsForPlainHttp(condition: PolicyCondition): Answer {
  if (condition.operator === "" || condition.key === "") return "unknown";
  const isTransport = condition.key.toLowerCase() === "aws:securetransport";
  const isBool = condition.operator === "Bool" || condition.operator === "BoolIfExists";
  if (!isTransport || !isBool) return "no";
  return some(condition.values, (value) => textIs(value === UNKNOWN ? value : value.toLowerCase(), "false"));
}
