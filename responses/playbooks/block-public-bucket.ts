import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { itemsAt } from "../event-items";
import type { Playbook, Target } from "../playbook";
import { idAt } from "../resource-ids";
import { successfulCall } from "../successful-call";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

type Flags = Readonly<typeof ALL_BLOCKED>;

interface BucketState {
  /** The bucket's own settings; absent when it has none, which is as if all were off. */
  readonly block?: Flags;
}

/** Calls that can open a bucket, or an object in it, to the public. Those on a whole account name no bucket. */
const OPENING = [
  "CreateBucket",
  "PutBucketAcl",
  "PutBucketPolicy",
  "PutObjectAcl",
  "PutBucketPublicAccessBlock",
  "PutPublicAccessBlock",
  "DeleteBucketPublicAccessBlock",
  "DeletePublicAccessBlock",
];

/**
 * Names of buckets, also those made before 2018 (S3 User Guide, "Bucket naming rules"). No ARN or URL is one: S3 would
 * take them for access points.
 */
const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/**
 * The policy of a role can say so by a condition alone: ARNs of buckets have no account (Service Authorization
 * Reference, Amazon S3).
 */
const OWN_BUCKETS = {
  resources: ["arn:{partition}:s3:::*"],
  condition: { StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
};

/**
 * Switches all four settings of block public access on for the bucket of an event. Policy and ACLs stay as they are;
 * what they give to the public has no effect any more. The settings of a whole account are left to people.
 */
export const blockPublicBucket: Playbook<BucketState> = {
  id: "block-public-bucket",
  title: "Block public access to a bucket",

  targets(event) {
    if (!OPENING.includes(successfulCall(event, "s3.amazonaws.com"))) return [];
    const bucketName = idAt(event.requestParameters, BUCKET_NAME, "bucketName");
    return bucketName === undefined || isOfAnotherAccount(event) ? [] : [{ bucketName }];
  },

  read(target, call) {
    const block = absentAsUndefined(
      call("s3:GetPublicAccessBlock", bucketOf(target)).then(
        ({ PublicAccessBlockConfiguration: found }): Flags => ({
          BlockPublicAcls: found?.BlockPublicAcls ?? false,
          IgnorePublicAcls: found?.IgnorePublicAcls ?? false,
          BlockPublicPolicy: found?.BlockPublicPolicy ?? false,
          RestrictPublicBuckets: found?.RestrictPublicBuckets ?? false,
        }),
      ),
      "NoSuchPublicAccessBlockConfiguration",
    );
    return absentAsUndefined(
      block.then((flags) => (flags ? { block: flags } : {})),
      "NoSuchBucket",
    );
  },

  principals: () => [],

  contain: (target, state) => (isBlocked(state) ? [] : [putCall(target, ALL_BLOCKED)]),

  isContained: (_target, state) => isBlocked(state),

  undo(target, before, now) {
    if (isBlocked(before) || !isBlocked(now)) return [];
    return [
      before.block
        ? putCall(target, before.block)
        : { operation: "s3:DeletePublicAccessBlock", input: bucketOf(target) },
    ];
  },

  words: ({ ids: { bucketName } }) => ({
    did: `Blocked public access to bucket ${bucketName}`,
    would: `would block public access to bucket ${bucketName}`,
    undid: `Put the former settings of block public access of bucket ${bucketName} back`,
  }),

  permissions: {
    read: [{ actions: ["s3:GetBucketPublicAccessBlock"], ...OWN_BUCKETS }],
    contain: [{ actions: ["s3:PutBucketPublicAccessBlock"], ...OWN_BUCKETS }],
    // The action for the deletion, too.
    undo: [{ actions: ["s3:PutBucketPublicAccessBlock"], ...OWN_BUCKETS }],
  },
};

/** Records name the owner of the bucket, whoever made the call. */
function isOfAnotherAccount(event: CloudTrailEvent): boolean {
  return itemsAt(event, "resources").some((resource) => {
    const owner = textAt(resource, "accountId");
    return (
      textAt(resource, "type") === "AWS::S3::Bucket" &&
      owner !== undefined &&
      owner !== event.recipientAccountId
    );
  });
}

/** S3 refuses the call where the bucket is another account's, such as one made anew under the name of a deleted one. */
function bucketOf({ accountId, ids: { bucketName } }: Target) {
  return { Bucket: bucketName, ExpectedBucketOwner: accountId };
}

function putCall(target: Target, flags: Flags) {
  return {
    operation: "s3:PutPublicAccessBlock",
    input: { ...bucketOf(target), PublicAccessBlockConfiguration: flags },
  } as const;
}

function isBlocked({ block }: BucketState): boolean {
  return block !== undefined && Object.values(block).every((flag) => flag);
}
