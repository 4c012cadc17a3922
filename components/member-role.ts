import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PlaybookId, ResponseMode } from "../responses/playbook-ids";
import { PLAYBOOKS } from "../responses/playbooks";
import { administratorArns } from "./administrators";
import type { CloudContext } from "./context";
import { memberRolePolicy, memberTrustPolicy } from "./policies/member-role";

export interface MemberRoleArgs {
  readonly context: CloudContext;
  /** The same in every account of the organization. */
  readonly roleName: string;
  /** ARN of the role that the respond function runs as, in the account with the detections; it need not exist yet. */
  readonly respondRoleArn: pulumi.Input<string>;
  readonly responseModes: Readonly<Record<PlaybookId, ResponseMode>>;
  /** Those of this account who can mend what a response has done: `role/NAME`, `user/NAME` or ARNs. */
  readonly menders: readonly string[];
  /** ARNs of what else the stack is made of. */
  readonly stackArns: readonly pulumi.Input<string>[];
}

/**
 * The role that the respond function takes in another account of the organization. It may do there what the playbooks
 * need whose modes this account's own settings switch on, whatever the account with the detections would like.
 */
export class MemberRole extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: MemberRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trailkeeper:index:MemberRole", name, {}, opts);
    const child = { parent: this };
    const { context } = args;
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: args.roleName,
        description: "Lets the responder of the account with the detections contain what alerts speak of",
        assumeRolePolicy: pulumi.jsonStringify(pulumi.output(args.respondRoleArn).apply(memberTrustPolicy)),
      },
      { ...child, deleteBeforeReplace: true },
    );
    const facts = pulumi.output({
      accountId: context.accountId,
      menderArns: administratorArns(context, args.menders),
      stackArns: [role.arn, ...args.stackArns],
    });
    new aws.iam.RolePolicy(
      `${name}-role-policy`,
      {
        role: role.name,
        policy: pulumi.jsonStringify(
          facts.apply((known) =>
            memberRolePolicy({
              ...known,
              partition: context.partition,
              modes: args.responseModes,
              playbooks: PLAYBOOKS,
            }),
          ),
        ),
      },
      child,
    );
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
