import type { CloudTrailEvent } from "../../formats/cloudtrail/event";
import { valueAt } from "../event-fields";
import {
  DESCRIBE_INSTANCES,
  callingInstance,
  describeInstance,
  instanceIdsIn,
  startedInstances,
} from "../instance";
import type { Call } from "../operations";
import type { Playbook, Target } from "../playbook";
import { successfulCall } from "../successful-call";

interface MetadataState {
  /** Whether the metadata service asks for a session token (IMDSv2), or does without (IMDSv1). */
  readonly httpTokens: "required" | "optional";
  /** Whether there is a metadata service at all. */
  readonly httpEndpoint: "enabled" | "disabled";
}

const INSTANCES = ["arn:{partition}:ec2:*:{account}:instance/*"];

/**
 * Makes the metadata service of an instance ask for session tokens (IMDSv2). Nothing else of its settings changes, not
 * the hop limit either. On an instance that is stopped it takes effect with the next start.
 */
export const requireImdsv2: Playbook<MetadataState> = {
  id: "require-imdsv2",
  title: "Require IMDSv2 of an instance",

  targets: (event) => instancesOf(event).map((instanceId) => ({ instanceId })),

  async read(target, call) {
    const instance = await describeInstance(target, call);
    return (
      instance && {
        httpTokens: instance.MetadataOptions?.HttpTokens ?? "optional",
        httpEndpoint: instance.MetadataOptions?.HttpEndpoint ?? "enabled",
      }
    );
  },

  principals: () => [],

  contain: (target, state) => (isSafe(state) ? [] : [modify(target, "required")]),

  isContained: (_target, state) => isSafe(state),

  undo: (target, before, now) =>
    !isSafe(before) && now.httpTokens === "required" ? [modify(target, before.httpTokens)] : [],

  words: ({ ids: { instanceId } }) => ({
    did: `Required IMDSv2 of instance ${instanceId}`,
    would: `would require IMDSv2 of instance ${instanceId}`,
    undid: `Let instance ${instanceId} do without IMDSv2 again`,
  }),

  permissions: {
    read: [DESCRIBE_INSTANCES],
    contain: [
      {
        actions: ["ec2:ModifyInstanceMetadataOptions"],
        resources: INSTANCES,
        // The value in the request; ec2:MetadataHttpTokens is the one that the instance has.
        condition: { StringEquals: { "ec2:Attribute/HttpTokens": "required" } },
      },
    ],
    undo: [{ actions: ["ec2:ModifyInstanceMetadataOptions"], resources: INSTANCES }],
  },
};

/** The instances that an event lets do without, or started; else the one whose role was used. */
function instancesOf(event: CloudTrailEvent): readonly string[] {
  switch (successfulCall(event, "ec2.amazonaws.com")) {
    case "ModifyInstanceMetadataOptions":
      return instanceIdsIn([
        valueAt(event.requestParameters, "ModifyInstanceMetadataOptionsRequest", "InstanceId"),
        valueAt(event.requestParameters, "instanceId"),
      ]);
    case "RunInstances":
      return startedInstances(event);
    default:
      return callingInstance(event);
  }
}

function isSafe({ httpTokens, httpEndpoint }: MetadataState): boolean {
  return httpTokens === "required" || httpEndpoint === "disabled";
}

function modify({ ids: { instanceId } }: Target, HttpTokens: MetadataState["httpTokens"]): Call {
  return { operation: "ec2:ModifyInstanceMetadataOptions", input: { InstanceId: instanceId, HttpTokens } };
}
