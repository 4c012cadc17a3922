import { allOf, anyOf, not } from "./sigma/condition-tree";
import type { Condition } from "./sigma/model";
import { isCased } from "./sigma/pattern";

/**
 * Services through which a person can have any call made under their own or a chosen role: what these do may be what
 * somebody wants, so it counts. The console signs in as `signin.amazonaws.com`, which some services record as the caller
 * of what a person clicked (CloudTrail User Guide, "CloudTrail log file examples", StartLogging); API Gateway hands any
 * call on to any service (API Gateway Developer Guide, "Choose an API integration type", AWS integration).
 */
const SERVICES_THAT_ACT_FOR_PEOPLE: readonly string[] = [
  "signin.amazonaws.com",
  "apigateway.amazonaws.com",
  "cloudformation.amazonaws.com",
  "cloudcontrolapi.amazonaws.com",
  "ssm.amazonaws.com",
  "states.amazonaws.com",
  "scheduler.amazonaws.com",
  "servicecatalog.amazonaws.com",
];

/**
 * The event is an AWS service acting on its own: by its own identity, by its service-linked role, or on behalf of a
 * principal as a part of its work (CloudTrail User Guide, "CloudTrail userIdentity element", `type` and `invokedBy`;
 * IAM User Guide, "Create a service-linked role"). `invokedBy` is `AWS Internal` for calls between services.
 *
 * The role's name alone counts only where the record does not say whose session it is: anybody can name a role
 * `AWSServiceRoleFor...`, but only AWS creates roles below `/aws-service-role/`.
 *
 * Case counts: AWS writes all of these values itself, and EventBridge can say wildcards in no other way.
 */
export const AWS_SERVICE_ON_ITS_OWN: Condition = anyOf([
  isCased("userIdentity.type", "AWSService"),
  isCased("userIdentity.sessionContext.sessionIssuer.arn", "*:role/aws-service-role/*"),
  allOf([
    isCased("userIdentity.arn", "*:assumed-role/AWSServiceRoleFor*"),
    { op: "field", field: "userIdentity.sessionContext.sessionIssuer.type", test: { kind: "null" } },
  ]),
  isCased("userIdentity.invokedBy", "AWS Internal"),
  allOf([
    isCased("userIdentity.invokedBy", "*.amazonaws.com"),
    not(anyOf(SERVICES_THAT_ACT_FOR_PEOPLE.map((service) => isCased("userIdentity.invokedBy", service)))),
  ]),
]);

/** What keeps AWS services' own doings out of a rule. */
export const NOT_AN_AWS_SERVICE: Condition = not(AWS_SERVICE_ON_ITS_OWN);
