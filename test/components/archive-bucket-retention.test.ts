import assert from "node:assert/strict";
import type { Graph } from "../support/graph";
import { buildArchive, s3Type } from "./build-log-archive";

describe("LogArchive lifecycle", () => {
  const rulesOf = (graph: Graph, name: string) =>
    graph.only(s3Type("BucketLifecycleConfiguration"), name).inputs.rules as Record<string, unknown>[];

  it("expires log files, cleans versions, uploads and delete markers, and moves nothing by default", async () => {
    const { graph } = await buildArchive({ retentionDays: 2555, accessLogRetentionDays: 90 });
    for (const [name, days] of [
      ["archive-bucket-", 2555],
      ["archive-access-logs-", 90],
    ] as const) {
      assert.deepEqual(rulesOf(graph, name), [
        {
          id: "expire",
          status: "Enabled",
          filter: {},
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
        },
        {
          id: "clean-delete-markers",
          status: "Enabled",
          filter: {},
          expiration: { expiredObjectDeleteMarker: true },
        },
      ]);
    }
  });

  it("locks and expires versions only once the bucket makes them", async () => {
    const { graph } = await buildArchive();
    const versioning = graph.only(s3Type("BucketVersioning"), "archive-bucket-").urn;
    for (const kind of ["BucketObjectLockConfiguration", "BucketLifecycleConfiguration"]) {
      assert.ok(graph.only(s3Type(kind), "archive-bucket-").dependsOn.includes(versioning), kind);
    }
  });

  it("moves the archive's objects, not the access logs, when a transition is asked for", async () => {
    const { graph } = await buildArchive({ transition: { storageClass: "GLACIER_IR", afterDays: 180 } });
    assert.deepEqual(rulesOf(graph, "archive-bucket-")[0]?.transitions, [
      { days: 180, storageClass: "GLACIER_IR" },
    ]);
    assert.equal(rulesOf(graph, "archive-access-logs-")[0]?.transitions, undefined);
  });
});
