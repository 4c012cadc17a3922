import assert from "node:assert/strict";
import type { AccountClients } from "../../../local/respond/account-clients";
import {
  bucketIsBlocked,
  type Containment,
  keyIsRefused,
  trailIsLogging,
  untilContained,
  userIsDenied,
} from "../../../local/respond/containment";

/** Clients of which each gives the same answer to every call. */
function answering(answer: unknown): AccountClients {
  const send = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
  const client = { send };
  return { cloudTrail: client, iam: client, s3: client, sts: client } as unknown as AccountClients;
}

function awsError(name: string, message: string = name): Error {
  return Object.assign(new Error(message), { name });
}

const block = (on: boolean) => ({
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: on,
    RestrictPublicBuckets: true,
  },
});

describe("a containment", () => {
  const denied =
    "User is not authorized to perform: iam:GetUser with an explicit deny in an identity-based policy";
  const cases: [string, (clients: AccountClients) => Containment, unknown, boolean][] = [
    ["a key that AWS does not know", keyIsRefused, awsError("InvalidClientTokenId"), true],
    ["a key that is answered", keyIsRefused, { Arn: "arn:aws:iam::111122223333:user/ana" }, false],
    ["a user that is denied explicitly", userIsDenied, awsError("AccessDenied", denied), true],
    ["a user that is answered", userIsDenied, { User: {} }, false],
    ["a bucket with all four blocks", (clients) => bucketIsBlocked(clients, "b"), block(true), true],
    ["a bucket with three blocks", (clients) => bucketIsBlocked(clients, "b"), block(false), false],
    [
      "a bucket without blocks",
      (clients) => bucketIsBlocked(clients, "b"),
      awsError("NoSuchPublicAccessBlockConfiguration"),
      false,
    ],
    ["a trail that logs", (clients) => trailIsLogging(clients, "t"), { IsLogging: true }, true],
    ["a trail that is stopped", (clients) => trailIsLogging(clients, "t"), { IsLogging: false }, false],
  ];
  for (const [what, containment, answer, contained] of cases)
    it(`is ${contained ? "" : "not "}seen on ${what}`, async () => {
      assert.equal(await containment(answering(answer)).isContained(), contained);
    });

  const unclear: [string, (clients: AccountClients) => Containment, Error][] = [
    ["a key, when everything is refused for another reason", keyIsRefused, awsError("AccessDenied")],
    ["a user that is only not allowed", userIsDenied, awsError("AccessDenied", "no policy allows it")],
    ["a user whose key is refused", userIsDenied, awsError("InvalidClientTokenId")],
    ["a bucket that is gone", (clients) => bucketIsBlocked(clients, "b"), awsError("NoSuchBucket")],
  ];
  for (const [what, containment, error] of unclear)
    it(`is not guessed of ${what}`, async () => {
      await assert.rejects(containment(answering(error)).isContained(), error);
    });
});

describe("waiting for a containment", () => {
  it("says when it was first seen", async () => {
    let looks = 0;
    const started = performance.now();
    const seen = await untilContained({ what: "", isContained: () => Promise.resolve(++looks === 3) }, 10);
    assert.equal(looks, 3);
    assert.ok(seen !== undefined && seen >= started && seen <= performance.now());
  });

  it("says what it was about when a look tells neither", async () => {
    const unclear = { what: "the key is refused", isContained: () => Promise.reject(awsError("Throttling")) };
    await assert.rejects(
      untilContained(unclear, 10),
      /^Error: it cannot be told whether the key is refused: Throttling/,
    );
  });

  it("ends when it is not seen in time", async () => {
    const never = { what: "", isContained: () => Promise.resolve(false) };
    assert.equal(await untilContained(never, 0.05), undefined);
  });
});
