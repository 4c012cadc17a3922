import { StopLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { AttachUserPolicyCommand } from "@aws-sdk/client-iam";
import { DeletePublicAccessBlockCommand, PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import type { ResponseId } from "../../responses/playbook-ids";
import type { EmulatorConnection } from "../connection";
import { type AccountClients, clientsAs } from "./account-clients";
import { bucketIsBlocked, type Containment, keyIsRefused, trailIsLogging, userIsDenied } from "./containment";
import { cloudTrailRecord, type RecordedCall, STRANGER } from "./recorded-call";
import { accessKey, type Stage } from "./stage";

/** A response that has to be made, and how the account itself shows that it was. */
export interface DueResponse {
  readonly playbook: ResponseId;
  /** One of the ids of its target. */
  readonly targetId: string;
  readonly containment: Containment;
}

/** Something that was done with a leaked key, and what has to become of it. */
export interface Deed {
  /** For people, a clause about the attacker: "stopped the trail". */
  readonly what: string;
  /** What CloudTrail records of it. */
  readonly events: readonly CloudTrailEvent[];
  /** Whether a rule on the fast path asks for the response; otherwise the log file alone brings it about. */
  readonly isFast: boolean;
  readonly due: readonly DueResponse[];
}

/** Where the attack happens. */
export interface Scene {
  readonly stage: Stage;
  readonly connection: EmulatorConnection;
  /** Clients of somebody who sees everything. */
  readonly admin: AccountClients;
  readonly accountId: string;
  readonly trail: { readonly name: string; readonly arn: string };
}

/** Region of IAM's events, which is no Region's service (IAM User Guide, "Logging IAM and AWS STS API calls"). */
const GLOBAL_REGION = "us-east-1";

/**
 * The attack, by real calls with real keys: a key that AWS finds in public is used, all rights are taken, a bucket is
 * opened, the trail is stopped, a key is made for a colleague. All is done before anybody hears of it.
 *
 * @throws when a call is refused, or a deed has no effect that could be contained
 */
export async function attack(scene: Scene): Promise<Deed[]> {
  const attacker = clientsAs(scene.connection, scene.stage.attacker.key);
  const deeds = [
    useExposedKey(scene),
    await takeAllRights(scene, attacker),
    await openBucket(scene, attacker),
    await stopTrail(scene, attacker),
    await makeKeyForColleague(scene, attacker),
  ];
  for (const { what, due } of deeds)
    for (const { containment } of due)
      if (await containment.isContained())
        throw new Error(`the attacker ${what}, and yet ${containment.what}: there is nothing to contain`);
  return deeds;
}

/** That the key works is seen by a call that leaves nothing behind; what AWS does when it finds one does. */
function useExposedKey({ stage, connection, accountId }: Scene): Deed {
  const { userName, key } = stage.exposed;
  const quarantined = cloudTrailRecord(accountId, {
    by: stage.exposed,
    service: "iam",
    name: "AttachUserPolicy",
    region: GLOBAL_REGION,
    sourceIPAddress: "AWS Internal",
    requestParameters: { userName, policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3" },
  });
  return {
    what: `used the key of user ${userName}, which AWS found in public`,
    events: [quarantined],
    isFast: true,
    due: [
      {
        playbook: "deactivate-access-key",
        targetId: userName,
        containment: keyIsRefused(clientsAs(connection, key)),
      },
    ],
  };
}

async function takeAllRights(scene: Scene, attacker: AccountClients): Promise<Deed> {
  const {
    attacker: { userName, key },
    ownersKey,
  } = scene.stage;
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await attacker.iam.send(new AttachUserPolicyCommand({ UserName: userName, PolicyArn }));
  const requestParameters = { userName, policyArn: PolicyArn };
  return {
    what: `gave all rights to user ${userName}, whose key it has`,
    events: [recorded(scene, "iam", "AttachUserPolicy", GLOBAL_REGION, requestParameters)],
    isFast: true,
    due: [
      {
        playbook: "quarantine-user",
        targetId: userName,
        containment: userIsDenied(clientsAs(scene.connection, ownersKey)),
      },
      // Not for this deed alone: for three stages of an attack by one actor.
      { playbook: "deactivate-access-key", targetId: key.accessKeyId, containment: keyIsRefused(attacker) },
    ],
  };
}

async function openBucket(scene: Scene, attacker: AccountClients): Promise<Deed> {
  const { bucketName } = scene.stage;
  const { region } = scene.connection;
  const everybody = { Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
  const bucketPolicy = {
    Version: "2012-10-17",
    Statement: [{ ...everybody, Resource: `arn:aws:s3:::${bucketName}/*` }],
  };
  const bucket = { bucketName, Host: `s3.${region}.amazonaws.com` };
  await attacker.s3.send(new DeletePublicAccessBlockCommand({ Bucket: bucketName }));
  const unblocked = { ...bucket, publicAccessBlock: "" };
  const events = [recorded(scene, "s3", "DeleteBucketPublicAccessBlock", region, unblocked)];
  await attacker.s3.send(
    new PutBucketPolicyCommand({ Bucket: bucketName, Policy: JSON.stringify(bucketPolicy) }),
  );
  events.push(recorded(scene, "s3", "PutBucketPolicy", region, { ...bucket, bucketPolicy, policy: "" }));
  return {
    what: `opened bucket ${bucketName} to everybody`,
    events,
    isFast: true,
    due: [
      {
        playbook: "block-public-bucket",
        targetId: bucketName,
        containment: bucketIsBlocked(scene.admin, bucketName),
      },
    ],
  };
}

async function stopTrail(scene: Scene, attacker: AccountClients): Promise<Deed> {
  const { arn, name } = scene.trail;
  await attacker.cloudTrail.send(new StopLoggingCommand({ Name: arn }));
  return {
    what: "stopped the trail",
    events: [recorded(scene, "cloudtrail", "StopLogging", scene.connection.region, { name: arn })],
    isFast: true,
    due: [{ playbook: "restore-trail", targetId: name, containment: trailIsLogging(scene.admin, arn) }],
  };
}

async function makeKeyForColleague(scene: Scene, attacker: AccountClients): Promise<Deed> {
  const { colleague: userName } = scene.stage;
  const key = await accessKey(attacker.iam, userName);
  const { accessKeyId } = key;
  const made = {
    accessKey: { userName, accessKeyId, status: "Active", createDate: new Date().toUTCString() },
  };
  return {
    what: `made an access key of user ${userName}`,
    events: [recorded(scene, "iam", "CreateAccessKey", GLOBAL_REGION, { userName }, made)],
    isFast: false,
    due: [
      {
        playbook: "deactivate-access-key",
        targetId: accessKeyId,
        containment: keyIsRefused(clientsAs(scene.connection, key)),
      },
    ],
  };
}

function recorded(
  { stage, accountId }: Scene,
  service: string,
  name: string,
  region: string,
  requestParameters: RecordedCall["requestParameters"],
  responseElements?: RecordedCall["responseElements"],
): CloudTrailEvent {
  return cloudTrailRecord(accountId, {
    by: stage.attacker,
    sourceIPAddress: STRANGER,
    service,
    name,
    region,
    requestParameters,
    responseElements,
  });
}
