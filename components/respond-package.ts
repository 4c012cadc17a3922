import * as pulumi from "@pulumi/pulumi";
import { type DeployedResponder, RESPONDER_FILE } from "../functions/respond/deployed";
import { PLAYBOOK_IDS, type PlaybookId, type ResponseMode } from "../responses/playbook-ids";
import { administratorArns } from "./administrators";
import type { CloudContext } from "./context";

/** What the respond function is told of the stack and its settings. */
export interface DeployedResponderArgs {
  readonly context: CloudContext;
  readonly responseModes: Readonly<Record<PlaybookId, ResponseMode>>;
  /** Those who deploy the stack: what they do starts no response, and none touches them. `role/NAME`, `user/NAME` or ARNs. */
  readonly administrators: readonly string[];
  /** The same, for emergencies. */
  readonly breakGlassPrincipals: readonly string[];
  /** Those whom no response touches, whatever they start. */
  readonly neverTouchPrincipals: readonly string[];
  /** ARN patterns of resources that no response touches. */
  readonly neverTouchResources: readonly string[];
  /** So many actions of a playbook on one actor's doings within so many minutes; more wait for a person. */
  readonly responseLimit: number;
  readonly responseLimitMinutes: number;
  /** Role that it takes in other accounts. @default it has no reach there */
  readonly memberResponseRole?: string;
  /** ARNs, `*` allowed, of the roles of our own functions. */
  readonly ownRoleArns: readonly pulumi.Input<string>[];
  /** ARNs of everything that the stack is made of; repeats do not matter. */
  readonly stackArns: readonly pulumi.Input<string>[];
}

/** The settings that the respond function and its role's policy are made of. The same arguments give the same value. */
export function deployedResponder(args: DeployedResponderArgs): pulumi.Output<DeployedResponder> {
  const { context } = args;
  const distinct = (texts: readonly string[]) => [...new Set(texts)].sort();
  return pulumi
    .all([
      context.accountId,
      administratorArns(context, [...args.breakGlassPrincipals, ...args.administrators]),
      administratorArns(context, args.neverTouchPrincipals),
      pulumi.all([...args.ownRoleArns]),
      pulumi.all([...args.stackArns]),
    ])
    .apply(([accountId, actors, others, ownRoles, stackArns]) => ({
      accountId,
      partition: context.partition,
      modes: Object.fromEntries(PLAYBOOK_IDS.map((id) => [id, args.responseModes[id]])) as Record<
        PlaybookId,
        ResponseMode
      >,
      untouchable: {
        principals: distinct([...actors, ...others]),
        actors: distinct(actors),
        resources: distinct(args.neverTouchResources),
        ownRoles: distinct(ownRoles),
      },
      circuit: { limit: args.responseLimit, windowSeconds: args.responseLimitMinutes * 60 },
      ...(args.memberResponseRole !== undefined && { memberRoleName: args.memberResponseRole }),
      stackArns: distinct(stackArns),
    }));
}

/**
 * The files of the respond function's package beside its code: what it may do, and whom it must not touch, so that a
 * change of either is a change of code, with a preview that shows it.
 */
export function respondFiles(deployed: DeployedResponder): Readonly<Record<string, string>> {
  return { [RESPONDER_FILE]: JSON.stringify(deployed) };
}
