import assert from "node:assert/strict";
import { type CallsMade, makeCalls } from "../../responses/calls";
import { type Call, outputOf, RANDOM_PASSWORD } from "../../responses/operations";
import type { CallRecord } from "../../responses/record";
import { AwsError, fakeAws, type Handlers } from "./fake-aws";

/** Makes calls in a made-up world; `noted` is all that was ever written down. */
async function make(calls: readonly Call[], handlers: Handlers) {
  const aws = fakeAws(handlers);
  const noted: (readonly CallRecord[])[] = [];
  const result: CallsMade = await makeCalls(aws.call, calls, {
    made: [],
    save: (sofar) => {
      noted.push(structuredClone(sofar));
      return Promise.resolve();
    },
    now: () => "2026-03-02T10:05:00.000Z",
    isLastAttempt: true,
  });
  return { ...result, noted, made: aws.calls };
}

const createGroup = (as?: string): Call => ({
  operation: "ec2:CreateSecurityGroup",
  input: { GroupName: "g", Description: "d", VpcId: "vpc-1" },
  ...(as === undefined ? {} : { as }),
});
const giveProfile: Call = {
  operation: "iam:CreateLoginProfile",
  input: { UserName: "bob", Password: RANDOM_PASSWORD, PasswordResetRequired: true },
};

describe("the placeholders of calls", () => {
  it("stand for what an earlier call has returned, at any depth; records keep them", async () => {
    const swap: Call = {
      operation: "ec2:ModifyNetworkInterfaceAttribute",
      input: { NetworkInterfaceId: "eni-1", Groups: [outputOf("group", "GroupId")] },
    };

    const { made, calls } = await make([createGroup("group"), swap], {
      "ec2:CreateSecurityGroup": () => ({ GroupId: "sg-new" }),
      "ec2:ModifyNetworkInterfaceAttribute": () => ({}),
    });

    assert.deepEqual(made[1]?.input, { NetworkInterfaceId: "eni-1", Groups: ["sg-new"] });
    assert.deepEqual(calls[1]?.input, swap.input);
    assert.deepEqual(
      calls.map(({ outcome }) => outcome),
      ["made", "made"],
    );
  });

  it("make the call fail, unmade, when AWS has not returned what they stand for", async () => {
    const swap: Call = {
      operation: "ec2:ModifyNetworkInterfaceAttribute",
      input: { NetworkInterfaceId: "eni-1", Groups: [outputOf("group", "GroupId")] },
    };

    const { made, failure, calls } = await make([createGroup("group"), swap], {
      "ec2:CreateSecurityGroup": () => ({}),
    });

    assert.equal(made.length, 1);
    assert.match(failure ?? "", /stands for nothing/);
    assert.equal(calls[1]?.outcome, "failed");
  });

  it("are not the variables of IAM policies, nor a part of a text", async () => {
    const PolicyDocument = '{"Resource":"arn:aws:s3:::b/${aws:username}/${group.GroupId}"}';
    const { made } = await make(
      [
        createGroup("group"),
        { operation: "iam:PutUserPolicy", input: { UserName: "bob", PolicyName: "p", PolicyDocument } },
      ],
      {
        "ec2:CreateSecurityGroup": () => ({ GroupId: "sg-new" }),
        "iam:PutUserPolicy": () => ({}),
      },
    );

    assert.deepEqual(made[1]?.input, { UserName: "bob", PolicyName: "p", PolicyDocument });
  });

  it("stand for a password that satisfies every policy, is another each time, and is written down nowhere", async () => {
    const passwords: string[] = [];
    const { noted, calls } = await make([giveProfile, giveProfile], {
      "iam:CreateLoginProfile": ({ Password = "" }) => {
        passwords.push(Password);
        return {} as never;
      },
    });

    assert.equal(new Set(passwords).size, 2);
    for (const password of passwords) {
      assert.match(password, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!@#$%^&*()_+\-=[\]{}|'])[!-~]{100,128}$/);
      assert.ok(!JSON.stringify([noted, calls]).includes(password));
    }
    assert.deepEqual(calls[0]?.input, giveProfile.input);
  });

  it("leave no password in the record when AWS's refusal quotes it", async () => {
    let password = "";
    const { noted, failure } = await make([giveProfile], {
      "iam:CreateLoginProfile": ({ Password = "" }) => {
        password = Password;
        throw new AwsError("PasswordPolicyViolation", `Password ${Password} is too long`);
      },
    });

    assert.ok(password.length > 0);
    assert.ok(!JSON.stringify([noted, failure]).includes(password), failure);
    assert.match(failure ?? "", /PasswordPolicyViolation/);
  });
});
