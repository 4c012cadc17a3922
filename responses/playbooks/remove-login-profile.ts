import { absentAsUndefined } from "../absent";
import { RANDOM_PASSWORD } from "../operations";
import type { Playbook } from "../playbook";
import { isIamChange, userOfCall } from "../principal-of-event";

interface LoginProfileState {
  readonly userArn: string;
  /** When the login profile was created, ISO 8601 in UTC; null when the user has none. */
  readonly createTime: string | null;
}

const USERS = ["arn:{partition}:iam::{account}:user/*"];

/** By how much IAM's clock and CloudTrail's may differ, generously. */
const SAME_EVENT_MS = 5 * 60_000;

/**
 * Removes the login profile, and with it the console password, that an event has just given a user. One that was there
 * before is somebody's, and is left alone: its password could not be made again.
 *
 * The password is gone for good: an undo creates a login profile with a password that nobody learns, for an
 * administrator to set one.
 */
export const removeLoginProfile: Playbook<LoginProfileState> = {
  id: "remove-login-profile",
  title: "Remove a console password that was just created",

  targets(event) {
    const user = isIamChange(event, ["CreateLoginProfile"]) ? userOfCall(event) : undefined;
    return user ? [user] : [];
  },

  async read({ ids: { userName } }, call) {
    const user = await absentAsUndefined(
      call("iam:GetUser", { UserName: userName }),
      "NoSuchEntityException",
    );
    if (user?.User?.Arn === undefined) return undefined;
    const profile = await absentAsUndefined(
      call("iam:GetLoginProfile", { UserName: userName }),
      "NoSuchEntityException",
    );
    return {
      userArn: user.User.Arn,
      createTime: profile?.LoginProfile?.CreateDate?.toISOString() ?? null,
    };
  },

  principals: (_target, { userArn }) => [userArn],

  refusal(_target, { createTime }, { eventTime }) {
    if (createTime === null) return undefined;
    const apartMs = Math.abs(new Date(createTime).getTime() - eventTime.getTime());
    return apartMs <= SAME_EVENT_MS
      ? undefined
      : `the login profile is not the one that the event created: it was created at ${createTime}`;
  },

  contain: ({ ids: { userName } }, { createTime }) =>
    createTime === null ? [] : [{ operation: "iam:DeleteLoginProfile", input: { UserName: userName } }],

  isContained: (_target, { createTime }) => createTime === null,

  undo: ({ ids: { userName } }, before, now) =>
    before.createTime !== null && now.createTime === null
      ? [
          {
            operation: "iam:CreateLoginProfile",
            input: { UserName: userName, Password: RANDOM_PASSWORD, PasswordResetRequired: true },
          },
        ]
      : [],

  words: ({ ids: { userName = "" } }) => ({
    did: `Removed the console password of user ${userName}`,
    would: `would remove the console password of user ${userName}`,
    undid: `Gave user ${userName} a console password again that nobody knows: an administrator has to set one`,
  }),

  permissions: {
    read: [{ actions: ["iam:GetLoginProfile", "iam:GetUser"], resources: USERS }],
    contain: [{ actions: ["iam:DeleteLoginProfile"], resources: USERS }],
    undo: [{ actions: ["iam:CreateLoginProfile"], resources: USERS }],
  },
};
