import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { lockOutProblem, type Caller } from "../../preflight/caller";
import { checkCallerIsAdministrator } from "../../preflight";
import { recordGraph } from "../support/graph";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const SSO_ROLE = "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef";

function callerOf(principalArn: string, arn = principalArn): Caller {
  return { accountId: ACCOUNT, arn, principalArn };
}

describe("lockOutProblem", () => {
  const inAccount = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;

  for (const [who, principal, pattern] of [
    ["a role by its name", inAccount("role/Admin"), inAccount("role/Admin")],
    ["a role by a wildcard", inAccount("role/Deploy-7"), inAccount("role/Deploy-*")],
    ["a role with a path", inAccount("role/team/Admin"), inAccount("role/team/Admin")],
    ["an IAM Identity Center role by a wildcard", inAccount(SSO_ROLE), inAccount("role/aws-reserved/*")],
    ["a user", inAccount("user/alice"), inAccount("user/alice")],
    ["the root user when named", inAccount("root"), inAccount("root")],
  ] as const) {
    it(`lets ${who} pass`, () => {
      assert.equal(lockOutProblem(callerOf(principal), ["-"], ["arn:aws:iam::1:role/x", pattern]), undefined);
    });
  }

  for (const [who, principal, pattern] of [
    ["a role with another name", inAccount("role/Dev"), inAccount("role/Admin")],
    ["a role whose name only begins so", inAccount("role/Administrator"), inAccount("role/Admin")],
    ["a role under a path that is not named", inAccount("role/team/Admin"), inAccount("role/Admin")],
    ["a user of a role's name", inAccount("user/Admin"), inAccount("role/Admin")],
    ["a role of another account", `arn:aws:iam::${OTHER}:role/Admin`, inAccount("role/Admin")],
    ["the root user", inAccount("root"), inAccount("role/*")],
  ] as const) {
    it(`stops ${who}`, () => {
      assert.match(lockOutProblem(callerOf(principal), ["-"], [pattern]) ?? "", /^You are arn:aws:iam/);
    });
  }

  it("says who the caller is, who may, which key and what to do", () => {
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/Dev/alice`;

    const problem = lockOutProblem(
      callerOf(inAccount("role/team/Dev"), session),
      ["role/Admin", "role/Deploy-*"],
      [inAccount("role/Admin"), inAccount("role/Deploy-*")],
    );

    assert.equal(
      problem,
      `You are arn:aws:iam::${ACCOUNT}:role/team/Dev (session ${session}), and the archive's administrators are ` +
        `role/Admin, role/Deploy-*. Once deployed, the archive would refuse your every later change and its removal. ` +
        `Deploy as one of them, or add "role/team/Dev" to trailkeeper:archiveAdministrators.`,
    );
  });

  it("asks for the full ARN where the short form would mean somebody else", () => {
    const federated = `arn:aws:sts::${ACCOUNT}:federated-user/alice`;
    for (const principal of [inAccount("root"), `arn:aws:iam::${OTHER}:role/Dev`, federated])
      assert.ok(lockOutProblem(callerOf(principal), [], [])?.includes(`add "${principal}" to`), principal);
  });
});

describe("checkCallerIsAdministrator", () => {
  const check = (callerArn: string, administrators: string[], partition = "aws") =>
    recordGraph(() => checkCallerIsAdministrator({ callerArn, partition, administrators }));

  it("resolves a session to its role", async () => {
    await check(`arn:aws:sts::${ACCOUNT}:assumed-role/Admin/someone`, ["role/Admin"]);
  });

  it("takes users as they are, in every partition", async () => {
    await check(`arn:aws-cn:iam::${ACCOUNT}:user/alice`, ["user/alice"], "aws-cn");
  });

  it("stops everybody else with an error that is shown without a stack trace", async () => {
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/Dev/someone`;
    await assert.rejects(check(session, ["role/Admin"]), (error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /You are .*role\/Dev .*administrators are role\/Admin\. .*"role\/Dev"/);
      return true;
    });
  });
});
