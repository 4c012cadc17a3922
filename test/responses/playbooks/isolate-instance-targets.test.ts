import assert from "node:assert/strict";
import { isolateInstance } from "../../../responses/playbooks/isolate-instance";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { event } from "./events";
import { INSTANCE, INSTANCE_SESSION, OTHER_INSTANCE, started } from "./instance-events";

const onInstance = (eventName: string, requestParameters: unknown, fields = {}) =>
  event(eventName, { eventSource: "ssm.amazonaws.com", requestParameters, ...fields });

describe("isolate-instance, targets", () => {
  const forged = { ...INSTANCE_SESSION, sessionContext: { sessionIssuer: {} } };
  const ofEvents: [string, ReturnType<typeof event>, string[]][] = [
    ["all instances that were started", started(INSTANCE, OTHER_INSTANCE), [INSTANCE, OTHER_INSTANCE]],
    ["the instance of a call on one", onInstance("GetPasswordData", { instanceId: INSTANCE }), [INSTANCE]],
    [
      "the instances of a command, of those that are of EC2",
      onInstance("SendCommand", { instanceIds: [INSTANCE, "mi-0123456789abcdef0", OTHER_INSTANCE] }),
      [INSTANCE, OTHER_INSTANCE],
    ],
    ["the instance of a session", onInstance("StartSession", { target: INSTANCE }), [INSTANCE]],
    [
      "the instance that was given a role",
      onInstance("AssociateIamInstanceProfile", {
        AssociateIamInstanceProfileRequest: { InstanceId: INSTANCE },
      }),
      [INSTANCE],
    ],
    [
      "the instance whose role was used",
      event("ListBuckets", { userIdentity: INSTANCE_SESSION }),
      [INSTANCE],
    ],
    [
      "the instance whose role was refused",
      onInstance(
        "StartSession",
        { target: OTHER_INSTANCE },
        { userIdentity: INSTANCE_SESSION, errorCode: "AccessDenied" },
      ),
      [INSTANCE],
    ],
    [
      "what was done, not whose role did it",
      { ...started(OTHER_INSTANCE), userIdentity: INSTANCE_SESSION },
      [OTHER_INSTANCE],
    ],
    [
      "nothing by the name of a session that EC2 has not given",
      event("ListBuckets", { userIdentity: forged }),
      [],
    ],
    ["nothing by the name that a caller gives its session", event("ListBuckets", { caller: "role" }), []],
    [
      "nothing that a refused call was about",
      onInstance("StartSession", { target: INSTANCE }, { errorCode: "AccessDenied" }),
      [],
    ],
    [
      "nothing when instances were terminated",
      onInstance("TerminateInstances", { instancesSet: { items: [{ instanceId: INSTANCE }] } }),
      [],
    ],
  ];
  for (const [title, of, expected] of ofEvents) {
    it(`names ${title}`, () =>
      assert.deepEqual(
        isolateInstance.targets(of),
        expected.map((instanceId) => ({ instanceId })),
      ));
  }

  checkTargetsOfAnything(isolateInstance, [
    started(INSTANCE, OTHER_INSTANCE),
    onInstance("SendCommand", { instanceIds: [INSTANCE], instanceId: INSTANCE, target: INSTANCE }),
    event("ListBuckets", { userIdentity: INSTANCE_SESSION }),
  ]);
});
