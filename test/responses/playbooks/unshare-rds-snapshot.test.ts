import assert from "node:assert/strict";
import fc from "fast-check";
import { unshareRdsSnapshot } from "../../../responses/playbooks/unshare-rds-snapshot";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { checkPlaybookLaws } from "../playbook-laws";
import { type RdsWorld, serveRds } from "../rds-world";
import { event } from "./events";
import { OWNER, PARTNER, STRANGER, inputs, sharingMeddlings } from "./sharing-events";
import { target } from "./target";

function shared(
  requestParameters: Readonly<Record<string, unknown>>,
  eventName = "ModifyDBSnapshotAttribute",
  fields: Readonly<Record<string, unknown>> = {},
) {
  return event(eventName, {
    eventSource: "rds.amazonaws.com",
    requestParameters: { attributeName: "restore", ...requestParameters },
    ...fields,
  });
}

const CLUSTER = "ModifyDBClusterSnapshotAttribute";
const ORDERS = { dBSnapshotIdentifier: "orders" };
const ORDERS_CLUSTER = { dBClusterSnapshotIdentifier: "orders" };
const TO_STRANGER = { valuesToAdd: [STRANGER] };

describe("unshare-rds-snapshot", () => {
  describe("targets", () => {
    const ofEvents: [string, ReturnType<typeof event>, Readonly<Record<string, string>>[]][] = [
      ["a snapshot", shared({ ...ORDERS, ...TO_STRANGER }), [{ ...ORDERS, sharedWith: STRANGER }]],
      ["everybody", shared({ ...ORDERS, valuesToAdd: ["all"] }), [{ ...ORDERS, sharedWith: "all" }]],
      [
        "a cluster's snapshot",
        shared({ ...ORDERS_CLUSTER, valuesToAdd: [STRANGER, OWNER] }, CLUSTER),
        [{ ...ORDERS_CLUSTER, sharedWith: STRANGER }],
      ],
      [
        "an automated snapshot",
        shared({ dBSnapshotIdentifier: "rds:orders-2026-03-02-03-04", ...TO_STRANGER }),
        [{ dBSnapshotIdentifier: "rds:orders-2026-03-02-03-04", sharedWith: STRANGER }],
      ],
      [
        "a snapshot by its ARN",
        shared({
          dBSnapshotIdentifier: "arn:aws:rds:us-east-1:111122223333:snapshot:orders",
          ...TO_STRANGER,
        }),
        [{ ...ORDERS, sharedWith: STRANGER }],
      ],
      [
        "nothing of another account",
        shared({
          dBSnapshotIdentifier: "arn:aws:rds:us-east-1:999988887777:snapshot:orders",
          ...TO_STRANGER,
        }),
        [],
      ],
      [
        "nothing by the ARN of something else",
        shared({ dBSnapshotIdentifier: "arn:aws:rds:us-east-1:111122223333:db:orders", ...TO_STRANGER }),
        [],
      ],
      ["nothing when it was taken back", shared({ ...ORDERS, valuesToRemove: [STRANGER] }), []],
      ["nothing when nobody was added", shared({ ...ORDERS, valuesToAdd: [] }), []],
      ["nothing of another attribute", shared({ ...ORDERS, ...TO_STRANGER, attributeName: "other" }), []],
      [
        "nothing when the call failed",
        shared({ ...ORDERS, ...TO_STRANGER }, undefined, { errorCode: "DBSnapshotNotFound" }),
        [],
      ],
      [
        "nothing of a data warehouse",
        event("AuthorizeSnapshotAccess", {
          eventSource: "redshift.amazonaws.com",
          requestParameters: { snapshotIdentifier: "orders", accountWithRestoreAccess: STRANGER },
        }),
        [],
      ],
    ];
    for (const [title, of, expected] of ofEvents) {
      it(`names ${title}`, () => assert.deepEqual(unshareRdsSnapshot.targets(of), expected));
    }

    checkTargetsOfAnything(unshareRdsSnapshot, [
      shared({ ...ORDERS, ...TO_STRANGER }),
      shared({ ...ORDERS_CLUSTER, valuesToAdd: [STRANGER, "all"] }, CLUSTER),
    ]);
  });

  const snapshots = fc
    .option(fc.uniqueArray(fc.constantFrom("all", STRANGER, PARTNER)), { freq: 8 })
    .map((sharedWith): Record<string, string[]> => (sharedWith ? { orders: sharedWith } : {}));

  checkPlaybookLaws<{ readonly sharedWith: readonly string[] }, RdsWorld>({
    playbook: unshareRdsSnapshot,
    targets: [
      target({ ...ORDERS, sharedWith: `${STRANGER},all` }),
      target({ ...ORDERS_CLUSTER, sharedWith: STRANGER }),
    ],
    worlds: fc.record({ snapshots, clusterSnapshots: snapshots }),
    serve: serveRds,
    meddlings: sharingMeddlings((world, { ids }) =>
      ids.dBSnapshotIdentifier === undefined ? world.clusterSnapshots.orders : world.snapshots.orders,
    ),
  });

  it("takes it from nobody but those whom the event named", () => {
    assert.deepEqual(
      inputs(unshareRdsSnapshot, target({ ...ORDERS, sharedWith: `${STRANGER},all` }), [PARTNER, "all"]),
      [{ DBSnapshotIdentifier: "orders", AttributeName: "restore", ValuesToRemove: ["all"] }],
    );
  });

  it("says which kind of snapshot it was", () => {
    const said = (ids: Readonly<Record<string, string>>) =>
      unshareRdsSnapshot.words(target({ ...ids, sharedWith: "all" }), { sharedWith: [] }).did;
    assert.equal(said(ORDERS), "Stopped sharing database snapshot orders with everybody");
    assert.equal(said(ORDERS_CLUSTER), "Stopped sharing database cluster snapshot orders with everybody");
  });
});
