import { RespondFunction, type RespondFunctionArgs } from "../../components/respond-function";
import { Responder, type ResponderArgs } from "../../components/responder";
import { PLAYBOOK_IDS, type PlaybookId, type ResponseMode } from "../../responses/playbook-ids";
import { type Graph, type GraphOptions, recordGraph } from "../support/graph";
import { ACCOUNT } from "./policy-cases";

/** Every playbook in one mode, but for those that have their own. */
export function modes(
  mode: ResponseMode,
  own: Partial<Record<PlaybookId, ResponseMode>> = {},
): Record<PlaybookId, ResponseMode> {
  return Object.fromEntries(PLAYBOOK_IDS.map((id) => [id, own[id] ?? mode])) as Record<
    PlaybookId,
    ResponseMode
  >;
}

/** Records a responder with its function, as a program would build it. */
export function responderGraph(
  change: Partial<ResponderArgs> = {},
  functionChange: Partial<RespondFunctionArgs> = {},
  options: GraphOptions = {},
): Promise<Graph> {
  return recordGraph(() => {
    const partition = options.partition ?? "aws";
    const region = options.region ?? "eu-west-1";
    const context = { accountId: ACCOUNT, region, partition };
    const alertBusName = "trailkeeper-test-alerts";
    const ownRoleArns = [
      `arn:${partition}:iam::${ACCOUNT}:role/audit-detect`,
      `arn:${partition}:iam::${ACCOUNT}:role/audit-respond`,
    ];
    const responder = new Responder("responder", {
      context,
      namePrefix: "trailkeeper-test",
      trailName: "audit",
      administrators: ["role/Admin"],
      breakGlassPrincipals: ["user/fire-brigade"],
      alertBusName,
      ownRoleArns,
      otherFunctions: [{ functionName: "trailkeeper-test-restore", roleName: "audit-restore" }],
      keyDeletionWindowDays: 30,
      protect: true,
      ...change,
    });
    new RespondFunction("respond", {
      context,
      responder,
      responseModes: modes("enforce"),
      administrators: ["role/Admin"],
      breakGlassPrincipals: ["user/fire-brigade"],
      neverTouchPrincipals: [],
      neverTouchResources: [],
      responseLimit: 5,
      responseLimitMinutes: 60,
      ownRoleArns,
      stackArns: [
        `arn:${partition}:iam::${ACCOUNT}:role/audit-detect`,
        `arn:${partition}:s3:::archive-1a2b3c4`,
        ...responder.partArns,
      ],
      alertBusName,
      alertBusArn: `arn:${partition}:events:${region}:${ACCOUNT}:event-bus/${alertBusName}`,
      logRetentionDays: 365,
      logDeletionProtection: true,
      ...functionChange,
    });
    return { watched: responder.watched, partArns: responder.partArns, queueArns: responder.queueArns };
  }, options);
}
