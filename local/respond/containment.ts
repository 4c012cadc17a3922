import { setTimeout as sleep } from "node:timers/promises";
import { GetTrailStatusCommand } from "@aws-sdk/client-cloudtrail";
import { GetUserCommand } from "@aws-sdk/client-iam";
import { GetPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AccountClients } from "./account-clients";

/** What has to be true once a response is done, by the account's own answer and nobody's word. */
export interface Containment {
  /** Completes "... after the event": "the key is refused". */
  readonly what: string;
  readonly isContained: () => Promise<boolean>;
}

/** Time between looks; the least that a measured time can be wrong by. */
const LOOK_MS = 20;

/**
 * Looks until it is contained.
 *
 * @returns when it was first seen so, by `performance.now()`; undefined when it was not within the limit
 * @throws Error when a look tells neither
 */
export async function untilContained(
  containment: Containment,
  limitSeconds: number,
): Promise<number | undefined> {
  const deadline = performance.now() + limitSeconds * 1000;
  for (;;) {
    if (await isSeen(containment)) return performance.now();
    if (performance.now() > deadline) return undefined;
    await sleep(LOOK_MS);
  }
}

async function isSeen({ what, isContained }: Containment): Promise<boolean> {
  try {
    return await isContained();
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new Error(`it cannot be told whether ${what}: ${reason}`, { cause: error });
  }
}

/** Nobody gets anything with the key: AWS does not know it any more (`InvalidClientTokenId`). */
export function keyIsRefused(holder: AccountClients): Containment {
  return {
    what: "the same key is refused",
    isContained: () => isRefused(holder.sts.send(new GetCallerIdentityCommand()), "InvalidClientTokenId"),
  };
}

/** The user's key is good, but everything is denied to its user, explicitly, so that no other policy allows it. */
export function userIsDenied(holder: AccountClients): Containment {
  return {
    what: "the user is denied what it was allowed",
    isContained: () => isRefused(holder.iam.send(new GetUserCommand()), "AccessDenied", /explicit deny/),
  };
}

export function bucketIsBlocked({ s3 }: AccountClients, bucketName: string): Containment {
  return {
    what: "all four blocks of public access are on",
    isContained: async () => {
      const answer = await s3
        .send(new GetPublicAccessBlockCommand({ Bucket: bucketName }))
        .catch(absent("NoSuchPublicAccessBlockConfiguration"));
      const block = answer?.PublicAccessBlockConfiguration;
      return (
        block?.BlockPublicAcls === true &&
        block.BlockPublicPolicy === true &&
        block.IgnorePublicAcls === true &&
        block.RestrictPublicBuckets === true
      );
    },
  };
}

export function trailIsLogging({ cloudTrail }: AccountClients, trailArn: string): Containment {
  return {
    what: "the trail is logging again",
    isContained: async () =>
      (await cloudTrail.send(new GetTrailStatusCommand({ Name: trailArn }))).IsLogging === true,
  };
}

/** True when the call is refused so; false when it is answered. Anything else is nothing that one could go by. */
async function isRefused(call: Promise<unknown>, code: string, message = /(?:)/): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (error instanceof Error && error.name === code && message.test(error.message)) return true;
    throw error;
  }
}

function absent(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && error.name === code) return undefined;
    throw error;
  };
}
