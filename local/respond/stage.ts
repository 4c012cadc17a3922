import { randomBytes } from "node:crypto";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  type IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateBucketCommand, type BucketLocationConstraint } from "@aws-sdk/client-s3";
import type { EmulatorCredentials } from "../connection";
import type { AccountClients } from "./account-clients";
import type { KeyHolder } from "./recorded-call";

/** What the account holds when the attack begins. */
export interface Stage {
  /** A user whose key has leaked: the attacker's way in. */
  readonly attacker: KeyHolder;
  /** Another key of that user, which its owner still has. */
  readonly ownersKey: EmulatorCredentials;
  /** Another, whose key AWS finds in public. */
  readonly exposed: KeyHolder;
  /** A colleague, for whom the attacker makes a key. */
  readonly colleague: string;
  /** A bucket as AWS makes them: nothing of it is public. */
  readonly bucketName: string;
}

/**
 * Makes the users, the leaked keys and the bucket.
 *
 * @param admin clients of somebody who may
 */
export async function setStage({ iam, s3 }: AccountClients, region: string): Promise<Stage> {
  const suffix = randomBytes(4).toString("hex");
  const bucketName = `customer-data-${suffix}`;
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucketName,
      CreateBucketConfiguration:
        region === "us-east-1" ? undefined : { LocationConstraint: region as BucketLocationConstraint },
    }),
  );
  const colleague = `ana-${suffix}`;
  await iam.send(new CreateUserCommand({ UserName: colleague }));
  const attacker = await keyHolder(iam, `build-bot-${suffix}`);
  const ownersKey = await accessKey(iam, attacker.userName);
  await iam.send(
    new PutUserPolicyCommand({
      UserName: attacker.userName,
      PolicyName: "build",
      PolicyDocument: JSON.stringify(buildServerRights(bucketName)),
    }),
  );
  const exposed = await keyHolder(iam, `report-bot-${suffix}`);
  return { attacker, ownersKey, exposed, colleague, bucketName };
}

async function keyHolder(iam: IAMClient, userName: string): Promise<KeyHolder> {
  const { User } = await iam.send(new CreateUserCommand({ UserName: userName }));
  const key = await accessKey(iam, userName);
  return { userName, arn: User?.Arn ?? "", principalId: User?.UserId ?? "", key };
}

/** Makes an access key of a user with somebody's rights. */
export async function accessKey(iam: IAMClient, UserName: string): Promise<EmulatorCredentials> {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
}

/** What somebody once thought a build server needs; the attacker finds a use for each. */
function buildServerRights(bucketName: string) {
  const allow = (Action: readonly string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
  return {
    Version: "2012-10-17",
    Statement: [
      allow(["iam:GetUser", "iam:CreateAccessKey", "iam:AttachUserPolicy"], "*"),
      allow(["s3:PutBucketPublicAccessBlock", "s3:PutBucketPolicy"], `arn:aws:s3:::${bucketName}`),
      allow(["cloudtrail:StopLogging"], "*"),
    ],
  };
}
