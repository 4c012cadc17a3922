import assert from "node:assert/strict";
import fc from "fast-check";
import { unshareEbsSnapshot } from "../../../responses/playbooks/unshare-ebs-snapshot";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { serveEc2 } from "../ec2-world";
import type { Ec2World } from "../ec2-world-model";
import { checkPlaybookLaws } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { event } from "./events";
import { OWNER, PARTNER, STRANGER, inputs, sharingMeddlings } from "./sharing-events";
import { target } from "./target";

const SNAPSHOT = "snap-0123456789abcdef0";

function shared(added: unknown, fields: Readonly<Record<string, unknown>> = {}) {
  return event("ModifySnapshotAttribute", {
    eventSource: "ec2.amazonaws.com",
    requestParameters: {
      snapshotId: SNAPSHOT,
      createVolumePermission: { add: { items: added } },
      attributeType: "CREATE_VOLUME_PERMISSION",
    },
    responseElements: { requestId: "b8a9c3f4", _return: true },
    ...fields,
  });
}

describe("unshare-ebs-snapshot", () => {
  describe("targets", () => {
    const ofEvents: [string, ReturnType<typeof event>, string | undefined][] = [
      ["one account", shared([{ userId: STRANGER }]), STRANGER],
      ["everybody", shared([{ group: "all" }]), "all"],
      ["everybody by an older name", shared([{ groups: "all" }]), "all"],
      ["a lone account, not in a list", shared({ userId: STRANGER }), STRANGER],
      [
        "everybody and accounts, in one order whatever the event's, each once",
        shared([{ userId: PARTNER }, { group: "all" }, { userId: STRANGER }, { userId: PARTNER }]),
        `${STRANGER},${PARTNER},all`,
      ],
      ["the other account, not the owner", shared([{ userId: OWNER }, { userId: STRANGER }]), STRANGER],
      ["nobody where it is the owner alone", shared([{ userId: OWNER }]), undefined],
      ["nobody where the form is wrong", shared([{ userId: "mallory" }, { group: "everybody" }]), undefined],
      [
        "nobody where the call was refused",
        shared([{ group: "all" }], { errorCode: "Client.OperationNotPermitted" }),
        undefined,
      ],
      [
        "nobody where it was taken back",
        shared([], {
          requestParameters: {
            snapshotId: SNAPSHOT,
            createVolumePermission: { remove: { items: [{ userId: STRANGER }] } },
          },
        }),
        undefined,
      ],
      [
        "nobody where the snapshot's id is none",
        shared([], {
          requestParameters: {
            snapshotId: "snap-0; rm",
            createVolumePermission: { add: { items: [{ group: "all" }] } },
          },
        }),
        undefined,
      ],
    ];
    for (const [title, of, sharedWith] of ofEvents) {
      it(`names ${title}`, () =>
        assert.deepEqual(
          unshareEbsSnapshot.targets(of),
          sharedWith === undefined ? [] : [{ snapshotId: SNAPSHOT, sharedWith }],
        ));
    }

    it("names so many accounts in several targets, none of them too long", () => {
      const accounts = Array.from({ length: 500 }, (_, index) => String(100_000_000_000 + index));
      const targets = unshareEbsSnapshot.targets(shared(accounts.map((userId) => ({ userId }))));
      assert.ok(targets.every(({ sharedWith = "" }) => sharedWith.length <= 2048));
      assert.deepEqual(
        targets.flatMap(({ sharedWith = "" }) => sharedWith.split(",")),
        accounts,
      );
    });

    checkTargetsOfAnything(unshareEbsSnapshot, [shared([{ userId: STRANGER }, { group: "all" }])]);
  });

  checkPlaybookLaws({
    playbook: unshareEbsSnapshot,
    targets: [
      target({ snapshotId: SNAPSHOT, sharedWith: "all" }),
      target({ snapshotId: SNAPSHOT, sharedWith: `${STRANGER},all` }),
    ],
    worlds: fc
      .option(fc.uniqueArray(fc.constantFrom("all", STRANGER, PARTNER, OWNER)), { freq: 8 })
      .map((sharedWith): Ec2World => ({
        ...emptyEc2(),
        snapshots: sharedWith ? { [SNAPSHOT]: { tags: {}, sharedWith } } : {},
      })),
    serve: serveEc2,
    meddlings: sharingMeddlings<Ec2World>(({ snapshots }) => snapshots[SNAPSHOT]?.sharedWith),
  });

  it("takes it from nobody but those whom the event named", () => {
    const stranger = target({ snapshotId: SNAPSHOT, sharedWith: `${STRANGER},all` });
    assert.deepEqual(inputs(unshareEbsSnapshot, stranger, ["all", PARTNER, STRANGER]), [
      {
        SnapshotId: SNAPSHOT,
        Attribute: "createVolumePermission",
        CreateVolumePermission: { Remove: [{ Group: "all" }, { UserId: STRANGER }] },
      },
    ]);
    assert.deepEqual(inputs(unshareEbsSnapshot, stranger, [PARTNER]), []);
  });

  it("says what it did", () => {
    const { did, would, undid } = unshareEbsSnapshot.words(
      target({ snapshotId: SNAPSHOT, sharedWith: `${STRANGER},all` }),
      { sharedWith: [] },
    );
    assert.equal(did, `Stopped sharing EBS snapshot ${SNAPSHOT} with account ${STRANGER}, everybody`);
    assert.equal(would, `would stop sharing EBS snapshot ${SNAPSHOT} with account ${STRANGER}, everybody`);
    assert.equal(undid, `Shared EBS snapshot ${SNAPSHOT} with account ${STRANGER}, everybody again`);
  });
});
