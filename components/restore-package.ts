import * as pulumi from "@pulumi/pulumi";
import { DESIRED_FILE, type DesiredState } from "../functions/restore/desired";

/** What the restore function's package is made from. */
export type RestoreFilesArgs = { readonly [Key in keyof DesiredState]: pulumi.Input<DesiredState[Key]> };

/**
 * The files of the restore function's package beside its code: the desired state, which is so a part of the code, and
 * changes with it alone. The same state gives the same bytes.
 */
export function restoreFiles(args: RestoreFilesArgs): pulumi.Output<Readonly<Record<string, string>>> {
  return pulumi
    .all([
      args.mode,
      args.partition,
      args.accountId,
      args.region,
      args.trail,
      args.archive,
      pulumi.output(args.ownRoleArns).apply((arns) => [...new Set(arns)].sort()),
    ])
    .apply(
      ([mode, partition, accountId, region, trail, archive, ownRoleArns]): Readonly<
        Record<string, string>
      > => {
        const desired = { mode, partition, accountId, region, trail, archive, ownRoleArns } as DesiredState;
        return { [DESIRED_FILE]: JSON.stringify(desired) };
      },
    );
}
