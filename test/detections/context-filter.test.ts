import assert from "node:assert/strict";
import { AWS_SERVICE_ON_ITS_OWN } from "../../detections/context-filter";
import { compileCondition } from "../../detections/sigma/match";
import { eventRule, ruleText } from "./sigma/rules";

const session = (arn: string, issuer?: string, own: object = {}) => ({
  userIdentity: {
    type: "AssumedRole",
    arn,
    ...(issuer === undefined ? {} : { sessionContext: { sessionIssuer: { type: "Role", arn: issuer } } }),
    ...own,
  },
});
const ROLE_ARN = "arn:aws:iam::111122223333:role/deploy";
const SESSION_ARN = "arn:aws:sts::111122223333:assumed-role/deploy/alice";
const SERVICE_LINKED =
  "arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
const SERVICE_LINKED_SESSION = "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForConfig/x";

const CASES: readonly (readonly [title: string, event: object, onItsOwn: boolean])[] = [
  ["a user", { userIdentity: { type: "IAMUser", userName: "alice" } }, false],
  ["a role's session", session(SESSION_ARN, ROLE_ARN), false],
  ["no identity at all", {}, false],
  ["a service", { userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" } }, true],
  ["a service-linked role", session(SERVICE_LINKED_SESSION, SERVICE_LINKED), true],
  [
    "a service-linked role of another partition",
    session(SERVICE_LINKED_SESSION, SERVICE_LINKED.replace("aws:", "aws-cn:")),
    true,
  ],
  ["a service-linked role's session without issuer", session(SERVICE_LINKED_SESSION), true],
  [
    "a role that only calls itself service-linked",
    session(
      "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForEvil/x",
      "arn:aws:iam::111122223333:role/AWSServiceRoleForEvil",
    ),
    false,
  ],
  ["a call between services", { userIdentity: { type: "IAMUser", invokedBy: "AWS Internal" } }, true],
  [
    "a service on behalf of a user",
    { userIdentity: { type: "IAMUser", invokedBy: "health.amazonaws.com" } },
    true,
  ],
  [
    "a record of a service without type",
    { userIdentity: { invokedBy: "secretsmanager.amazonaws.com" } },
    true,
  ],
  ...[
    "signin",
    "apigateway",
    "cloudformation",
    "cloudcontrolapi",
    "ssm",
    "states",
    "scheduler",
    "servicecatalog",
  ].map(
    (service) =>
      [
        `a person through ${service}`,
        session(SESSION_ARN, ROLE_ARN, { invokedBy: `${service}.amazonaws.com` }),
        false,
      ] as const,
  ),
  ["a name that only ends alike", { userIdentity: { type: "IAMUser", invokedBy: "amazonaws.com" } }, false],
];

describe("AWS_SERVICE_ON_ITS_OWN", () => {
  const matches = compileCondition(AWS_SERVICE_ON_ITS_OWN);
  for (const [title, event, onItsOwn] of CASES)
    it(`is ${onItsOwn} for ${title}`, () => assert.equal(matches(event), onItsOwn));
});

describe("the context filter", () => {
  const service = { eventName: "X", userIdentity: { type: "AWSService" } };
  const ignores = (rest: string) =>
    !compileCondition(eventRule(ruleText("sel: { eventName: X }\ncondition: sel", rest)).condition)(service);

  it("leaves rules from elsewhere untouched", () => assert.equal(ignores(""), false));
  it("is on for rules with our block, even an empty one", () => {
    assert.equal(ignores("custom: { trailkeeper: {} }"), true);
    assert.equal(ignores("custom: { trailkeeper: }"), true);
    assert.equal(ignores("custom: { trailkeeper: { aws_services: ignored } }"), true);
  });
  it("is off where a rule says so", () =>
    assert.equal(ignores("custom: { trailkeeper: { aws_services: included } }"), false));
});
