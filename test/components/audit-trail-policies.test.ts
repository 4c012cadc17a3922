import assert from "node:assert/strict";
import fc from "fast-check";
import { trailDeliveryPolicy, trailDeliveryTrustPolicy } from "../../components/policies/trail-delivery-role";
import { trailLogGroupKeyPolicy } from "../../components/policies/trail-log-group-key";
import { decide, type AccessRequest } from "../support/iam";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const LOG_GROUP = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/cloudtrail/trailkeeper-prod`;
const TRAIL = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/audit`;
const ADMIN = `arn:aws:iam::${ACCOUNT}:role/team/LogAdmin`;
const SOMEONE = `arn:aws:iam::${ACCOUNT}:role/PowerfulAdmin`;

describe("trail log group key policy", () => {
  const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
  const policyOf = (partition: string, region: string) =>
    trailLogGroupKeyPolicy({
      partition,
      region,
      accountId: ACCOUNT,
      administratorArns: [ADMIN],
      logGroupArn: LOG_GROUP,
    });
  const ask = (request: Partial<AccessRequest>) =>
    decide({
      principal: SOMEONE,
      action: "kms:Decrypt",
      resource: KEY,
      resourceAccountId: ACCOUNT,
      resourcePolicy: policyOf("aws", "eu-west-1"),
      ...request,
    });
  const asLogs = (action: string, logGroupArn?: string, principal = "logs.eu-west-1.amazonaws.com") =>
    ask({
      principal,
      action,
      context: logGroupArn === undefined ? {} : { "kms:EncryptionContext:aws:logs:arn": logGroupArn },
    });

  for (const action of ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"]) {
    it(`lets the Logs service ${action} for the trail's log group alone`, async () => {
      assert.equal(await asLogs(action, LOG_GROUP), "Allowed");
      assert.equal(await asLogs(action, `${LOG_GROUP}-2`), "ImplicitlyDenied");
      assert.equal(await asLogs(action, LOG_GROUP.replace(ACCOUNT, OTHER)), "ImplicitlyDenied");
      assert.equal(await asLogs(action), "ImplicitlyDenied");
    });
  }

  it("knows the Logs service of its own Region only", async () => {
    assert.equal(await asLogs("kms:Decrypt", LOG_GROUP, "logs.eu-west-2.amazonaws.com"), "ImplicitlyDenied");
  });

  it("names the Logs service with China's DNS suffix there", () => {
    const services = (partition: string, region: string) =>
      JSON.stringify(policyOf(partition, region)).match(/logs\.[a-z0-9-]+\.[a-z.]+/g);
    assert.deepEqual(services("aws-cn", "cn-north-1"), ["logs.cn-north-1.amazonaws.com.cn"]);
    assert.deepEqual(services("aws-us-gov", "us-gov-west-1"), ["logs.us-gov-west-1.amazonaws.com"]);
  });

  for (const action of ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"]) {
    it(`gives nobody of the account ${action}, administrators included`, async () => {
      for (const principal of [SOMEONE, ADMIN, `arn:aws:iam::${ACCOUNT}:root`])
        assert.notEqual(await ask({ principal, action }), "Allowed");
    });
  }

  for (const action of ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"]) {
    it(`leaves ${action} to the administrators`, async () => {
      assert.equal(await ask({ principal: ADMIN, action }), "Allowed");
      assert.equal(await ask({ principal: SOMEONE, action }), "ExplicitlyDenied");
      assert.equal(await ask({ principal: `arn:aws:iam::${ACCOUNT}:root`, action }), "ExplicitlyDenied");
      assert.notEqual(await ask({ principal: ADMIN.replace(ACCOUNT, OTHER), action }), "Allowed");
    });
  }

  it("lets the account look at the key and bring it back", async () => {
    for (const action of ["kms:DescribeKey", "kms:CancelKeyDeletion", "kms:EnableKey"])
      assert.equal(await ask({ action }), "Allowed");
  });
});

describe("trail delivery role", () => {
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/trail-delivery`;

  describe("trust", () => {
    const assume = (context: Record<string, string>, principal = "cloudtrail.amazonaws.com") =>
      decide({
        principal,
        action: "sts:AssumeRole",
        resource: ROLE,
        resourceAccountId: ACCOUNT,
        resourcePolicy: trailDeliveryTrustPolicy({ accountId: ACCOUNT, trailArn: TRAIL }),
        context,
      });

    it("lets CloudTrail take the role for this trail", async () => {
      assert.equal(await assume({ "aws:SourceArn": TRAIL, "aws:SourceAccount": ACCOUNT }), "Allowed");
    });

    for (const [who, context] of [
      ["another trail", { "aws:SourceArn": `${TRAIL}-2`, "aws:SourceAccount": ACCOUNT }],
      ["another account", { "aws:SourceArn": TRAIL, "aws:SourceAccount": OTHER }],
      ["nobody in particular", {}],
    ] as const) {
      it(`does not let CloudTrail take the role for ${who}`, async () => {
        assert.equal(await assume({ ...context }), "ImplicitlyDenied");
      });
    }

    it("does not let another service or a powerful person take it", async () => {
      const context = { "aws:SourceArn": TRAIL, "aws:SourceAccount": ACCOUNT };
      for (const principal of ["lambda.amazonaws.com", SOMEONE])
        assert.equal(await assume(context, principal), "ImplicitlyDenied");
    });
  });

  describe("permissions", () => {
    const NO_RESOURCE_POLICY = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: { AWS: OTHER }, Action: "logs:*", Resource: "*" }],
    };
    const write = (stream: string, organizationId?: string, action = "logs:PutLogEvents") =>
      decide({
        principal: ROLE,
        action,
        resource: `${LOG_GROUP}:log-stream:${stream}`,
        resourceAccountId: ACCOUNT,
        resourcePolicy: NO_RESOURCE_POLICY,
        identityPolicy: trailDeliveryPolicy({
          region: "eu-west-1",
          accountId: ACCOUNT,
          logGroupArn: LOG_GROUP,
          organizationId,
        }),
      });

    it("writes the trail's streams, and makes them", async () => {
      for (const action of ["logs:PutLogEvents", "logs:CreateLogStream"])
        for (const stream of [`${ACCOUNT}_CloudTrail_eu-west-1`, `${ACCOUNT}_CloudTrail_eu-west-1_2`])
          assert.equal(await write(stream, undefined, action), "Allowed");
    });

    it("writes no stream of another Region's trail, of another account or of any other name", async () => {
      const others = [`${ACCOUNT}_CloudTrail_us-east-1`, `${OTHER}_CloudTrail_eu-west-1`, "app"];
      for (const stream of others) assert.equal(await write(stream), "ImplicitlyDenied");
    });

    it("writes an organization's streams only for an organization trail, and only that organization's", async () => {
      const stream = `o-exampleorg1_${OTHER}_CloudTrail_eu-west-1`;
      assert.equal(await write(stream, "o-exampleorg1"), "Allowed");
      assert.equal(await write(stream, "o-exampleorg2"), "ImplicitlyDenied");
      assert.equal(await write(stream), "ImplicitlyDenied");
    });

    it("neither reads nor deletes", async () => {
      for (const action of ["logs:GetLogEvents", "logs:DeleteLogStream"])
        assert.equal(await write(`${ACCOUNT}_CloudTrail_eu-west-1`, undefined, action), "ImplicitlyDenied");
    });

    it("never reaches another log group, whatever its name", () => {
      fc.assert(
        fc.property(
          fc.stringMatching(/^[a-z0-9/_-]{1,20}$/),
          fc.option(fc.constant("o-exampleorg1")),
          (name, o) => {
            const logGroupArn = LOG_GROUP.replace("trailkeeper-prod", name);
            const policy = trailDeliveryPolicy({
              region: "eu-west-1",
              accountId: ACCOUNT,
              logGroupArn,
              organizationId: o ?? undefined,
            });
            for (const statement of policy.Statement as { Resource: string[] }[])
              for (const resource of statement.Resource)
                assert.ok(resource.startsWith(`${logGroupArn}:log-stream:`));
          },
        ),
      );
    });
  });
});
