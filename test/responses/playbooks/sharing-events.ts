import type { Playbook, Target } from "../../../responses/playbook";
import type { SharingState } from "../../../responses/sharing";
import type { Meddling } from "../playbook-laws";

export const OWNER = "111122223333";
export const STRANGER = "444455556666";
export const PARTNER = "777788889999";
export const ORGANIZATION = "arn:aws:organizations::444455556666:organization/o-a1b2c3d4e5";
export const UNIT = "arn:aws:organizations::444455556666:ou/o-a1b2c3d4e5/ou-ab12-cdefghij";

/** What others might do to something whose sharing a response has stopped, before it is undone. */
export function sharingMeddlings<World>(
  sharedWith: (world: World, target: Target) => string[] | undefined,
): readonly Meddling<World>[] {
  return [
    {
      title: "somebody has shared it with an account of their own",
      leaves: "theirs",
      change: (world, target) => sharedWith(world, target)?.push("123412341234"),
    },
    {
      title: "somebody has shared it again",
      leaves: "everything",
      change(world, target) {
        const shared = sharedWith(world, target);
        for (const one of (target.ids.sharedWith ?? "").split(","))
          if (shared && !shared.includes(one)) shared.push(one);
      },
    },
  ];
}

/** What a playbook would do about a target that is shared with these. */
export function inputs(
  playbook: Playbook<SharingState>,
  target: Target,
  sharedWith: readonly string[],
): unknown[] {
  const context = { now: new Date(), eventTime: new Date(), responseId: "r" };
  return playbook.contain(target, { sharedWith }, context).map(({ input }) => input);
}
