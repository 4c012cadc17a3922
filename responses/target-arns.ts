import { parseArn } from "../formats/arn";
import type { Playbook, Target } from "./playbook";

/**
 * The ARNs that a target can have. What kind of resource a playbook's ids are of, its permissions say: each of their
 * resource patterns is filled in with each id. That makes ARNs of nothing beside the right ones, such as a user by the
 * name of an access key; they are only compared with ARNs that somebody has named.
 *
 * @param principals of the playbook for this target, whose ARNs no pattern could tell: they have paths
 */
export function targetArns(
  { permissions }: Pick<Playbook, "permissions">,
  target: Target,
  principals: readonly string[] = [],
): readonly string[] {
  const ids = Object.values(target.ids);
  const patterns = [...permissions.read, ...permissions.contain, ...permissions.undo].flatMap(
    ({ resources }) => resources,
  );
  const arns = patterns.flatMap((pattern) => {
    const prefix = prefixOf(pattern, target);
    return prefix === undefined ? [] : ids.map((id) => prefix + id);
  });
  // Of keys and functions, events may name the ARN.
  return [...new Set([...arns, ...ids.filter((id) => parseArn(id)), ...principals])];
}

/** `arn:{partition}:ec2:*:{account}:instance/*` without its last star, for one account and Region. */
function prefixOf(pattern: string, { partition, accountId, region }: Target): string | undefined {
  const arn = parseArn(pattern.replaceAll("{partition}", partition).replaceAll("{account}", accountId));
  if (!arn?.resource.endsWith("*")) return undefined;
  const kind = arn.resource.slice(0, -1);
  const place = `${arn.region === "*" ? region : arn.region}:${arn.accountId === "*" ? accountId : arn.accountId}`;
  return kind.includes("*") ? undefined : `arn:${arn.partition}:${arn.service}:${place}:${kind}`;
}
