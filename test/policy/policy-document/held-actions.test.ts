import assert from "node:assert/strict";
import fc from "fast-check";
import { type PolicyDocument, parsePolicyDocument } from "../../../policy/src/policy-document/document";
import { holdsAction } from "../../../policy/src/policy-document/held-actions";
import { UNKNOWN } from "../../../policy/src/properties";
import { decide } from "../../support/iam";

const ACCOUNT = "111122223333";

const documentOf = (...statements: unknown[]): PolicyDocument =>
  parsePolicyDocument({ Version: "2012-10-17", Statement: statements }) ?? assert.fail("no document");

const allow = (Action: unknown, Resource: unknown = "*") => ({ Effect: "Allow", Action, Resource });
const deny = (Action: unknown, Resource: unknown = "*") => ({ Effect: "Deny", Action, Resource });

describe("holdsAction", () => {
  for (const [what, answer, ...statements] of [
    ["nothing", "no"],
    ["an unknown action", "unknown", allow(UNKNOWN)],
    ["an unknown effect", "unknown", { Effect: UNKNOWN, Action: "sqs:purgequeue", Resource: "*" }],
    ["a known action beside an unknown one", "yes", allow([UNKNOWN, "sqs:PurgeQueue"])],
    ["unknown statements", "unknown", UNKNOWN],
    ["an unknown denial of what is allowed", "unknown", allow("sqs:*"), deny(UNKNOWN)],
    ["a denial on unknown resources", "unknown", allow("sqs:*"), deny("sqs:*", UNKNOWN)],
    ["a denial beside unknown statements", "no", allow("sqs:*"), deny("sqs:*"), UNKNOWN],
    [
      "a denial of all but some actions",
      "no",
      allow("*"),
      { Effect: "Deny", NotAction: "s3:*", Resource: "*" },
    ],
    ["a denial of all but this", "yes", allow("*"), { Effect: "Deny", NotAction: "sqs:*", Resource: "*" }],
    [
      "a denial on all but some resources",
      "yes",
      allow("*"),
      { Effect: "Deny", Action: "*", NotResource: "arn:q" },
    ],
  ] as [string, string, ...unknown[]][])
    it(`answers "${answer}" for ${what}`, () => {
      assert.equal(holdsAction([documentOf(...statements)], "sqs:purgequeue"), answer);
    });

  it("joins all documents", () => {
    assert.equal(holdsAction([documentOf(allow("*")), documentOf(deny("sqs:*"))], "sqs:purgequeue"), "no");
  });

  it("never says no where IAM would let it through on some resource", async () => {
    const action = fc.constantFrom("sqs:PurgeQueue", "sqs:*", "*", "SQS:purge*", "s3:*", "sqs:Delete*");
    const resource = fc.constantFrom("*", `arn:aws:sqs:eu-west-1:${ACCOUNT}:ours`, "arn:aws:sqs:*:*:theirs");
    const statement = fc.record({
      Effect: fc.constantFrom("Allow", "Deny"),
      Action: action,
      Resource: resource,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (Statement) => {
        const held = holdsAction([documentOf(...Statement)], "sqs:purgequeue");
        const decided = await decide({
          principal: `arn:aws:iam::${ACCOUNT}:role/responder`,
          action: "sqs:PurgeQueue",
          resource: `arn:aws:sqs:eu-west-1:${ACCOUNT}:ours`,
          resourceAccountId: ACCOUNT,
          resourcePolicy: undefined,
          identityPolicy: { Version: "2012-10-17", Statement },
        });

        if (decided === "Allowed") assert.equal(held, "yes");
      }),
      { numRuns: 200 },
    );
  });
});
