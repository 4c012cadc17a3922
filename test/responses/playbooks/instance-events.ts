import { event } from "./events";

export const INSTANCE = "i-0123456789abcdef0";
export const OTHER_INSTANCE = "i-0fedcba9876543210";

/** A session with the credentials that EC2 gives the instance {@link INSTANCE}. */
export const INSTANCE_SESSION = {
  type: "AssumedRole",
  principalId: `AROAEXAMPLE:${INSTANCE}`,
  arn: `arn:aws:sts::111122223333:assumed-role/Web/${INSTANCE}`,
  accountId: "111122223333",
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  sessionContext: {
    sessionIssuer: { type: "Role", arn: "arn:aws:iam::111122223333:role/Web", userName: "Web" },
    ec2RoleDelivery: "1.0",
  },
};

/** RunInstances, with the instances that it started. */
export function started(...instanceIds: readonly string[]) {
  return event("RunInstances", {
    eventSource: "ec2.amazonaws.com",
    requestParameters: { instancesSet: { items: [{ imageId: "ami-0123456789abcdef0" }] } },
    responseElements: { instancesSet: { items: instanceIds.map((instanceId) => ({ instanceId })) } },
  });
}
