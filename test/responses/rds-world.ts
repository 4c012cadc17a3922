import { AwsError, type Handlers } from "./fake-aws";

/** Snapshots by name, as plain data: whom each is shared with. */
export interface RdsWorld {
  readonly snapshots: Record<string, string[]>;
  readonly clusterSnapshots: Record<string, string[]>;
}

interface Change {
  readonly AttributeName: string | undefined;
  readonly ValuesToAdd?: string[] | undefined;
  readonly ValuesToRemove?: string[] | undefined;
}

/** Attributes of snapshots as the RDS API Reference describes them; errors by the names of AWS's SDK. */
export function serveRds({ snapshots, clusterSnapshots }: RdsWorld): Handlers {
  const valuesOf = (of: Record<string, string[]>, name: string | undefined, error: string) => {
    const values = of[name ?? ""];
    if (!values) throw new AwsError(error, `${name} not found.`);
    return values;
  };
  const snapshot = (name: string | undefined) => valuesOf(snapshots, name, "DBSnapshotNotFoundFault");
  const cluster = (name: string | undefined) =>
    valuesOf(clusterSnapshots, name, "DBClusterSnapshotNotFoundFault");
  const attributes = (values: string[]) => [{ AttributeName: "restore", AttributeValues: [...values] }];

  return {
    "rds:DescribeDBSnapshotAttributes": ({ DBSnapshotIdentifier }) => ({
      DBSnapshotAttributesResult: {
        DBSnapshotIdentifier,
        DBSnapshotAttributes: attributes(snapshot(DBSnapshotIdentifier)),
      },
    }),
    "rds:ModifyDBSnapshotAttribute": ({ DBSnapshotIdentifier, ...change }) => {
      modify(snapshot(DBSnapshotIdentifier), change);
      return {};
    },
    "rds:DescribeDBClusterSnapshotAttributes": ({ DBClusterSnapshotIdentifier }) => ({
      DBClusterSnapshotAttributesResult: {
        DBClusterSnapshotIdentifier,
        DBClusterSnapshotAttributes: attributes(cluster(DBClusterSnapshotIdentifier)),
      },
    }),
    "rds:ModifyDBClusterSnapshotAttribute": ({ DBClusterSnapshotIdentifier, ...change }) => {
      modify(cluster(DBClusterSnapshotIdentifier), change);
      return {};
    },
  };
}

function modify(values: string[], { AttributeName, ValuesToAdd = [], ValuesToRemove = [] }: Change): void {
  if (AttributeName !== "restore") throw new AwsError("InvalidParameterValue");
  for (const value of [...ValuesToAdd, ...ValuesToRemove])
    if (!/^(?:all|\d{12})$/.test(value))
      throw new AwsError("InvalidParameterValue", `${value} is no account`);
  const left = values.filter((value) => !ValuesToRemove.includes(value));
  values.splice(0, values.length, ...new Set([...left, ...ValuesToAdd]));
}
