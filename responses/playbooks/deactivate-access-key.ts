import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { absentAsUndefined } from "../absent";
import { textAt } from "../event-fields";
import { maskedKey } from "../masked-key";
import type { Playbook, TargetIds } from "../playbook";
import { actorOf, isIamChange, userOfCall } from "../principal-of-event";

interface KeysState {
  readonly userArn: string;
  /** The target's key, or all of the user's. */
  readonly keys: readonly {
    readonly accessKeyId: string;
    readonly status: "Active" | "Inactive" | "Expired";
  }[];
}

const USERS = ["arn:{partition}:iam::{account}:user/*"];

/**
 * Deactivates a long-term access key of a user: the one that an event made or changed; all of the user whom AWS's
 * quarantine of an exposed key names, since it names no key; else the one that made the call. Keys are never deleted: an
 * inactive one keeps its history and can be activated again (AWS Security Incident Response Guide). Temporary keys and
 * the root user's are none of its business.
 */
export const deactivateAccessKey: Playbook<KeysState> = {
  id: "deactivate-access-key",
  title: "Deactivate an access key",

  targets(event) {
    const ids = idsOf(event);
    return ids ? [ids] : [];
  },

  async read({ ids: { userName, accessKeyId } }, call) {
    const user = await absentAsUndefined(
      call("iam:GetUser", { UserName: userName }),
      "NoSuchEntityException",
    );
    if (user?.User?.Arn === undefined) return undefined;
    const { AccessKeyMetadata = [] } = await call("iam:ListAccessKeys", { UserName: userName });
    const keys = AccessKeyMetadata.flatMap(({ AccessKeyId, Status = "Active" }) =>
      AccessKeyId !== undefined && AccessKeyId === (accessKeyId ?? AccessKeyId)
        ? [{ accessKeyId: AccessKeyId, status: Status }]
        : [],
    );
    return accessKeyId !== undefined && keys.length === 0 ? undefined : { userArn: user.User.Arn, keys };
  },

  principals: (_target, { userArn }) => [userArn],

  contain: ({ ids: { userName } }, state) =>
    activeOf(state).map((id) => statusCall(id, userName, "Inactive")),

  isContained: (_target, state) => activeOf(state).length === 0,

  undo: ({ ids: { userName } }, before, { keys }) =>
    activeOf(before)
      .filter((id) => keys.some(({ accessKeyId, status }) => accessKeyId === id && status === "Inactive"))
      .map((id) => statusCall(id, userName, "Active")),

  words({ ids: { userName = "", accessKeyId } }, before) {
    const ids = accessKeyId === undefined ? activeOf(before) : [accessKeyId];
    const keys = `access ${ids.length === 1 ? "key" : "keys"} ${ids.map(maskedKey).join(" and ")}`;
    const whose = `${ids.length === 0 ? "the access keys" : keys} of user ${userName}`;
    return {
      did: `Deactivated ${whose}`,
      would: `would deactivate ${whose}`,
      undid: `Activated ${whose} again`,
    };
  },

  permissions: {
    read: [{ actions: ["iam:GetUser", "iam:ListAccessKeys"], resources: USERS }],
    contain: [{ actions: ["iam:UpdateAccessKey"], resources: USERS }],
    undo: [{ actions: ["iam:UpdateAccessKey"], resources: USERS }],
  },
};

function idsOf(event: CloudTrailEvent): TargetIds | undefined {
  if (isQuarantine(event)) return userOfCall(event);
  const isChange = isIamChange(event, ["CreateAccessKey", "UpdateAccessKey"]);
  const user = isChange ? userOfCall(event) : actorOf(event);
  if (!user || !("userName" in user)) return undefined;
  const accessKeyId = isChange
    ? (textAt(event.responseElements, "accessKey", "accessKeyId") ??
      textAt(event.requestParameters, "accessKeyId"))
    : textAt(event.userIdentity, "accessKeyId");
  // Long-term keys begin so (IAM User Guide, "IAM identifiers"); the root user's too, but that is no user here.
  return accessKeyId !== undefined && /^AKIA[A-Z0-9]{12,124}$/.test(accessKeyId)
    ? { userName: user.userName, accessKeyId }
    : undefined;
}

/** AWS has put its quarantine policy on a user whose key is public, or somebody has taken it off. */
function isQuarantine(event: CloudTrailEvent): boolean {
  const { requestParameters } = event;
  return (
    isIamChange(event, ["AttachUserPolicy", "DetachUserPolicy", "PutUserPolicy", "DeleteUserPolicy"]) &&
    [textAt(requestParameters, "policyArn"), textAt(requestParameters, "policyName")].some((policy) =>
      policy?.includes("AWSCompromisedKeyQuarantine"),
    )
  );
}

function activeOf({ keys }: KeysState): string[] {
  return keys.flatMap(({ accessKeyId, status }) => (status === "Active" ? [accessKeyId] : []));
}

function statusCall(AccessKeyId: string, UserName: string | undefined, Status: "Active" | "Inactive") {
  return { operation: "iam:UpdateAccessKey", input: { AccessKeyId, UserName, Status } } as const;
}
