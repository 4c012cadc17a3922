import assert from "node:assert/strict";
import fc from "fast-check";
import { cancelKeyDeletion } from "../../../responses/playbooks/cancel-key-deletion";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { type KmsWorld, type WorldKey, serveKms } from "../kms-world";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { event } from "./events";
import { target } from "./target";

const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";
const MULTI_REGION = "mrk-1234abcd12ab34cd56ef1234567890ab";

function kmsEvent(eventName: string, keyId: unknown, fields: Readonly<Record<string, unknown>> = {}) {
  return event(eventName, {
    eventSource: "kms.amazonaws.com",
    requestParameters: { keyId, pendingWindowInDays: 7 },
    ...fields,
  });
}

const key: fc.Arbitrary<WorldKey> = fc.oneof(
  fc.record({ state: fc.constantFrom("Enabled" as const, "Disabled" as const, "PendingImport" as const) }),
  fc.record({
    state: fc.constant("PendingDeletion" as const),
    deletionDate: fc.constantFrom("2026-03-03T10:00:00.000Z", "2026-03-20T10:00:00.000Z"),
  }),
  fc.record({
    state: fc.constant("PendingReplicaDeletion" as const),
    pendingWindowInDays: fc.integer({ min: 7, max: 30 }),
    hasReplicas: fc.constant(true),
  }),
);
const worlds: fc.Arbitrary<KmsWorld> = fc.record({
  time: fc.constant(CONTEXT.now.toISOString()),
  keys: fc.option(key, { freq: 8 }).map((found): Record<string, WorldKey> => (found ? { [KEY]: found } : {})),
});

describe("cancel-key-deletion", () => {
  describe("targets", () => {
    const arn = (id: string, account = "111122223333") => `arn:aws:kms:us-east-1:${account}:key/${id}`;
    const ofEvents: [string, ReturnType<typeof event>, string | undefined][] = [
      ["a key that is to be deleted", kmsEvent("ScheduleKeyDeletion", KEY), KEY],
      ["a key that was disabled", kmsEvent("DisableKey", KEY), KEY],
      ["a key by its ARN", kmsEvent("ScheduleKeyDeletion", arn(KEY)), KEY],
      ["a multi-Region key", kmsEvent("ScheduleKeyDeletion", arn(MULTI_REGION)), MULTI_REGION],
      ["nothing of another account", kmsEvent("ScheduleKeyDeletion", arn(KEY, "999988887777")), undefined],
      ["nothing by an alias", kmsEvent("DisableKey", "alias/orders"), undefined],
      [
        "nothing when the call was refused",
        kmsEvent("DisableKey", KEY, { errorCode: "AccessDenied" }),
        undefined,
      ],
      ["nothing of the way back", kmsEvent("CancelKeyDeletion", KEY), undefined],
      ["nothing without a key", event("DisableKey", { eventSource: "kms.amazonaws.com" }), undefined],
    ];
    for (const [title, of, keyId] of ofEvents) {
      it(`names ${title}`, () =>
        assert.deepEqual(cancelKeyDeletion.targets(of), keyId === undefined ? [] : [{ keyId }]));
    }

    checkTargetsOfAnything(cancelKeyDeletion, [
      kmsEvent("ScheduleKeyDeletion", arn(KEY)),
      kmsEvent("DisableKey", KEY),
    ]);
  });

  checkPlaybookLaws({
    playbook: cancelKeyDeletion,
    targets: [target({ keyId: KEY })],
    worlds,
    serve: serveKms,
    // The date moves when less than the least of 7 days is left.
    comparable: ({ keyState, pendingWindowInDays }) => ({ keyState, pendingWindowInDays }),
    meddlings: [
      {
        title: "somebody has scheduled the deletion again",
        leaves: "everything",
        change({ keys }) {
          keys[KEY] = { state: "PendingDeletion", deletionDate: "2026-03-30T10:00:00.000Z" };
        },
      },
    ],
  });

  it("cancels before it enables: a key whose deletion is cancelled is disabled", () => {
    const calls = cancelKeyDeletion.contain(target({ keyId: KEY }), { keyState: "PendingDeletion" }, CONTEXT);
    assert.deepEqual(calls, [
      { operation: "kms:CancelKeyDeletion", input: { KeyId: KEY } },
      { operation: "kms:EnableKey", input: { KeyId: KEY } },
    ]);
  });

  const waits: [string, string, number][] = [
    ["for the former day", "2026-03-22T10:00:20Z", 20],
    ["never a day earlier than it", "2026-03-12T11:00:00Z", 11],
    ["for the least that KMS allows when less is left", "2026-03-04T10:00:00Z", 7],
    ["for the least when the day has passed", "2026-02-01T10:00:00Z", 7],
    ["for the most that KMS allows", "2027-01-01T00:00:00Z", 30],
  ];
  for (const [title, deletionDate, days] of waits) {
    it(`schedules the deletion again ${title}`, () => {
      const before = { keyState: "PendingDeletion", deletionDate };
      const calls = cancelKeyDeletion.undo(target({ keyId: KEY }), before, { keyState: "Enabled" }, CONTEXT);
      assert.deepEqual(calls, [
        { operation: "kms:ScheduleKeyDeletion", input: { KeyId: KEY, PendingWindowInDays: days } },
      ]);
    });
  }

  it("finds nothing when the key is deleted", async () => {
    const { call } = fakeAws(serveKms({ time: "2026-03-02T10:00:00Z", keys: {} }));
    assert.equal(await cancelKeyDeletion.read(target({ keyId: KEY }), call), undefined);
  });

  it("says what it found and did", () => {
    const did = (keyState: string) => cancelKeyDeletion.words(target({ keyId: KEY }), { keyState }).did;
    assert.equal(did("PendingDeletion"), `Cancelled the deletion of KMS key ${KEY} and enabled it`);
    assert.equal(did("Disabled"), `Enabled KMS key ${KEY}`);
  });
});
