import { AuditTrail, type AuditTrailArgs } from "../../components/audit-trail";
import { roleArnOf } from "../../components/detector-names";
import { LogArchive } from "../../components/log-archive";
import { RestoreFunction, type RestoreFunctionArgs } from "../../components/restore-function";
import { restoreRoleName } from "../../components/restore-names";
import { trailArn } from "../../components/trail-arn";
import { TrailRestorer } from "../../components/trail-restorer";
import { DESIRED_FILE, type DesiredState } from "../../functions/restore/desired";
import { type Graph, type GraphOptions, recordGraph } from "../support/graph";
import { ACCOUNT } from "./policy-cases";

export const RESPOND_ROLE = `arn:aws:iam::${ACCOUNT}:role/audit-respond`;
export const TABLE_ARN = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/responses`;

/** What a recorded stack is told apart by. */
export interface RestorerChange {
  readonly mode?: RestoreFunctionArgs["mode"];
  /** The archive is another stack's. @default false */
  readonly withoutArchive?: boolean;
  readonly trail?: Partial<AuditTrailArgs>;
}

/** Records a trail with its archive and what restores them, as a program would build them. */
export function restorerGraph(change: RestorerChange = {}, options: GraphOptions = {}): Promise<Graph> {
  const mode = change.mode ?? "enforce";
  return recordGraph(() => {
    const { partition = "aws", region = "eu-west-1" } = options;
    const context = { accountId: ACCOUNT, region, partition };
    const trailName = "audit";
    const administrators = ["role/Admin"];
    const shared = { context, trailName, administrators, namePrefix: "trailkeeper-test" };
    const guard = { keyDeletionWindowDays: 30, protect: true };
    const archive = new LogArchive("archive", {
      ...shared,
      ...guard,
      trailArn: trailArn({ ...context, trailName }),
      trailAccountId: ACCOUNT,
      restoreRoleArn: mode === "enforce" ? roleArnOf(context, restoreRoleName(trailName)) : undefined,
      readers: [],
      retentionDays: 2555,
      lockMode: "governance",
      lockDays: 365,
      accessLogRetentionDays: 400,
      disposable: false,
    });
    const alertBusArn = `arn:${partition}:events:${region}:${ACCOUNT}:event-bus/trailkeeper-test-alerts`;
    const restorer = new TrailRestorer("restorer", {
      ...shared,
      alertBusName: "trailkeeper-test-alerts",
      keyArn: `arn:${partition}:kms:${region}:${ACCOUNT}:key/responses`,
      ownRoleArns: [RESPOND_ROLE.replace("arn:aws:", `arn:${partition}:`)],
    });
    const trail = new AuditTrail("trail", {
      ...shared,
      ...guard,
      bucketName: archive.bucketName,
      keyArn: archive.keyArn,
      logRetentionDays: 365,
      ownResources: { queues: restorer.queueArns, functions: [restorer.functionArn] },
      ...change.trail,
    });
    if (trail.desired)
      new RestoreFunction("restore", {
        context,
        restorer,
        mode,
        trail: { desired: trail.desired, deliveryRoleArn: trail.deliveryRoleArn },
        archive: change.withoutArchive ? undefined : archive.desired,
        tableName: "responses",
        tableArn: TABLE_ARN.replace("arn:aws:", `arn:${partition}:`),
        alertBusName: "trailkeeper-test-alerts",
        alertBusArn,
        logRetentionDays: 365,
        logDeletionProtection: true,
      });
    const { queueArns, functionArn, watched, partArns } = restorer;
    return { queueArns, functionArn, watched, partArns };
  }, options);
}

/** The desired state in the recorded function's package. */
export function packedState(graph: Graph): DesiredState {
  const { assets } = graph.only("aws:lambda/function:Function").inputs.code as {
    assets: Record<string, { text: string }>;
  };
  return JSON.parse(assets[DESIRED_FILE]?.text ?? "") as DesiredState;
}
