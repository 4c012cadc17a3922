import type { Instance } from "@aws-sdk/client-ec2";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { absentAsUndefined } from "./absent";
import { textAt, valueAt } from "./event-fields";
import { itemsAt } from "./event-items";
import type { CallAws } from "./operations";
import type { Target } from "./playbook";
import { INSTANCE_ID } from "./resource-ids";

/** Permission for {@link describeInstance}, which takes no resource (Service Authorization Reference, Amazon EC2). */
export const DESCRIBE_INSTANCES = { actions: ["ec2:DescribeInstances"], resources: ["*"] };

/** The instance of a target; undefined when it is gone: EC2 shows a terminated one for an hour. */
export async function describeInstance(target: Target, call: CallAws): Promise<Instance | undefined> {
  const { instanceId = "" } = target.ids;
  const found = await absentAsUndefined(
    call("ec2:DescribeInstances", { InstanceIds: [instanceId] }),
    "InvalidInstanceID.NotFound",
    "InvalidInstanceID.Malformed",
  );
  const instance = found?.Reservations?.flatMap(({ Instances = [] }) => Instances).find(
    ({ InstanceId }) => InstanceId === instanceId,
  );
  const state = instance?.State?.Name;
  return state === "terminated" || state === "shutting-down" ? undefined : instance;
}

/** Ids of the instances that RunInstances has started. */
export function startedInstances({ responseElements }: CloudTrailEvent): readonly string[] {
  return instanceIdsIn(itemsAt(responseElements, "instancesSet").map((item) => valueAt(item, "instanceId")));
}

/**
 * Id of the instance whose role made the call. EC2 calls the sessions of instance roles by the instance's id; so may
 * anybody call a session who assumes a role. `ec2RoleDelivery` is what EC2 alone sets (CloudTrail User Guide,
 * "CloudTrail userIdentity element").
 */
export function callingInstance({ userIdentity }: CloudTrailEvent): readonly string[] {
  if (textAt(userIdentity, "type") !== "AssumedRole") return [];
  if (textAt(userIdentity, "sessionContext", "ec2RoleDelivery") === undefined) return [];
  return instanceIdsIn([textAt(userIdentity, "arn")?.split("/").at(-1)]);
}

/** Those of the values that have the form of an instance id, each once. */
export function instanceIdsIn(values: readonly unknown[]): readonly string[] {
  return [
    ...new Set(
      values.filter((value): value is string => typeof value === "string" && INSTANCE_ID.test(value)),
    ),
  ];
}
