import type * as aws from "@pulumi/aws";
import type { Permission, Playbook } from "../../responses/playbook";
import type { PlaybookId, ResponseMode } from "../../responses/playbook-ids";

/** What a responder's permissions in one account depend on. */
export interface PlaybookPermissionsArgs {
  readonly partition: string;
  /** Account that the role is in. */
  readonly accountId: string;
  readonly playbooks: ReadonlyMap<PlaybookId, Playbook>;
  readonly modes: Readonly<Record<PlaybookId, ResponseMode>>;
}

/**
 * What the playbooks need in an account: those that observe, to read; those that enforce, to read and to contain; those
 * that are off, nothing. None may undo: a person does that, with credentials of their own.
 */
export function playbookStatements(args: PlaybookPermissionsArgs): aws.iam.PolicyStatement[] {
  const { read, contain } = permissionsOf(args);
  return statementsOf([...read, ...contain], args);
}

/**
 * Denies the playbooks to take access from those who can mend what a response has done, so that this does not rest on
 * code alone.
 *
 * @param args `menderArns` are ARN patterns
 */
export function denyLockingOut(
  args: Pick<PlaybookPermissionsArgs, "playbooks" | "modes"> & { readonly menderArns: readonly string[] },
): aws.iam.PolicyStatement[] {
  const actions = permissionsOf(args)
    .contain.flatMap((permission) => permission.actions)
    .filter((action) => action.startsWith("iam:"));
  if (actions.length === 0) return [];
  return [
    {
      Sid: "DenyLockingOut",
      Effect: "Deny",
      Action: [...new Set(actions)].sort(),
      Resource: [...new Set(args.menderArns)].sort(),
    },
  ];
}

function permissionsOf({ playbooks, modes }: Pick<PlaybookPermissionsArgs, "playbooks" | "modes">): {
  readonly read: readonly Permission[];
  readonly contain: readonly Permission[];
} {
  const enabled = [...playbooks.values()].filter(({ id }) => modes[id] !== "off");
  return {
    read: enabled.flatMap(({ permissions }) => permissions.read),
    contain: enabled
      .filter(({ id }) => modes[id] === "enforce")
      .flatMap(({ permissions }) => permissions.contain),
  };
}

/** One statement for all actions that are allowed on the same resources under the same condition. */
function statementsOf(
  permissions: readonly Permission[],
  { partition, accountId }: Pick<PlaybookPermissionsArgs, "partition" | "accountId">,
): aws.iam.PolicyStatement[] {
  const byPlace = new Map<string, { readonly permission: Permission; readonly actions: Set<string> }>();
  for (const permission of permissions) {
    const place = JSON.stringify([permission.resources, permission.condition]);
    const known = byPlace.get(place) ?? { permission, actions: new Set<string>() };
    for (const action of permission.actions) known.actions.add(action);
    byPlace.set(place, known);
  }
  const fill = (pattern: string) =>
    pattern.replaceAll("{partition}", partition).replaceAll("{account}", accountId);
  return [...byPlace.values()].map(({ permission: { resources, condition }, actions }) => ({
    Effect: "Allow",
    Action: [...actions].sort(),
    Resource: resources.map(fill),
    ...(condition && { Condition: filledIn(condition, fill) }),
  }));
}

function filledIn(
  condition: NonNullable<Permission["condition"]>,
  fill: (pattern: string) => string,
): Record<string, Record<string, string | string[]>> {
  return JSON.parse(JSON.stringify(condition), (_key, value: unknown) =>
    typeof value === "string" ? fill(value) : value,
  ) as Record<string, Record<string, string | string[]>>;
}
