import assert from "node:assert/strict";
import fc from "fast-check";
import { closePublicFunction } from "../../../responses/playbooks/close-public-function";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { fakeAws } from "../fake-aws";
import { type LambdaWorld, serveLambda, statementOf } from "../lambda-world";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { event } from "./events";
import { target } from "./target";

function lambdaEvent(
  eventName: string,
  requestParameters: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>> = {},
) {
  return event(eventName, { eventSource: "lambda.amazonaws.com", requestParameters, ...fields });
}

const PERMISSION = { statementId: "s1", action: "lambda:InvokeFunction", principal: "*" };
const ARN = "arn:aws:lambda:us-east-1:111122223333:function:orders";

const added = (parameters: Readonly<Record<string, unknown>>, fields = {}) =>
  lambdaEvent("AddPermission20150331v2", { functionName: "orders", ...PERMISSION, ...parameters }, fields);
const opened = (parameters: Readonly<Record<string, unknown>>, name = "CreateFunctionUrlConfig") =>
  lambdaEvent(name, { functionName: "orders", authType: "NONE", ...parameters });

describe("close-public-function", () => {
  describe("targets", () => {
    const s1 = { functionName: "orders", statementId: "s1" };
    const url = { functionName: "orders", authType: "NONE" };
    const ofEvents: [string, ReturnType<typeof event>, Readonly<Record<string, string>>[]][] = [
      ["a statement for everybody", added({}), [s1]],
      [
        "a statement whose event has no version in its name",
        { ...added({}), eventName: "AddPermission" },
        [s1],
      ],
      ["a statement for everybody as JSON", added({ principal: '{"AWS":"*"}' }), [s1]],
      ["a function by its ARN", added({ functionName: ARN }), [s1]],
      ["a function by part of its ARN", added({ functionName: "111122223333:function:orders" }), [s1]],
      ["an alias behind the name", added({ functionName: "orders:live" }), [{ ...s1, qualifier: "live" }]],
      ["an alias behind the ARN", added({ functionName: `${ARN}:live` }), [{ ...s1, qualifier: "live" }]],
      ["an alias beside the name", added({ qualifier: "live" }), [{ ...s1, qualifier: "live" }]],
      ["a version", added({ functionName: `${ARN}:42` }), [{ ...s1, qualifier: "42" }]],
      ["a URL without authentication", opened({}), [url]],
      ["a URL that was opened", opened({}, "UpdateFunctionUrlConfig2021-10-31"), [url]],
      ["a URL of an alias", opened({ qualifier: "live" }), [{ ...url, qualifier: "live" }]],
      ["nothing of a URL with signatures", opened({ authType: "AWS_IAM" }), []],
      ["nothing of a statement for a service", added({ principal: "events.amazonaws.com" }), []],
      ["nothing of a statement for an account", added({ principal: "444455556666" }), []],
      [
        "nothing of another account",
        added({ functionName: ARN.replace("111122223333", "999988887777") }),
        [],
      ],
      ["nothing of another Region", added({ functionName: ARN.replace("us-east-1", "eu-west-1") }), []],
      ["nothing of what is no name", added({ functionName: "orders/../x" }), []],
      ["nothing when the call was refused", added({}, { errorCode: "AccessDenied" }), []],
      ["nothing of the way back", { ...added({}), eventName: "RemovePermission20150331v2" }, []],
      ["nothing of another service's AddPermission", { ...added({}), eventSource: "sqs.amazonaws.com" }, []],
    ];
    for (const [title, of, expected] of ofEvents) {
      it(`names ${title}`, () => assert.deepEqual(closePublicFunction.targets(of), expected));
    }

    checkTargetsOfAnything(closePublicFunction, [
      added({ functionName: `${ARN}:live` }),
      added({ qualifier: "live" }),
      opened({}),
    ]);
  });

  const statement = fc
    .record({
      StatementId: fc.constantFrom("s1", "s2"),
      Action: fc.constantFrom("lambda:InvokeFunction", "lambda:InvokeFunctionUrl"),
      Principal: fc.constantFrom("*", "*", "444455556666", "events.amazonaws.com"),
      conditions: fc.constantFrom(
        {},
        { FunctionUrlAuthType: "NONE" as const },
        { InvokedViaFunctionUrl: true },
        { SourceArn: "arn:aws:s3:::*" },
        { SourceArn: "arn:aws:*" },
        { SourceAccount: "111122223333", SourceArn: "arn:aws:s3:::example" },
        { PrincipalOrgID: "o-a1b2c3d4e5" },
        { EventSourceToken: "amzn1.ask.skill.x" },
      ),
    })
    .map(({ conditions, ...rest }) => statementOf({ ...rest, ...conditions }));
  const worldFunction = fc.record({
    policy: fc.uniqueArray(statement, { selector: ({ Sid }) => Sid, maxLength: 2 }),
    url: fc.option(fc.record({ authType: fc.constantFrom("NONE" as const, "AWS_IAM" as const) })),
  });
  const worlds: fc.Arbitrary<LambdaWorld> = fc.dictionary(
    fc.constantFrom("orders", "orders:live"),
    worldFunction,
    { maxKeys: 2, noNullPrototype: true },
  );

  checkPlaybookLaws({
    playbook: closePublicFunction,
    targets: [
      target({ functionName: "orders", statementId: "s1" }),
      target({ functionName: "orders", qualifier: "live", statementId: "s1" }),
      target({ functionName: "orders", authType: "NONE" }),
      target({ functionName: "orders", qualifier: "live", authType: "NONE" }),
    ],
    worlds,
    serve: serveLambda,
    meddlings: [
      {
        title: "somebody has made a statement of that name, and deleted the URL",
        leaves: "everything",
        change(world) {
          for (const one of Object.values(world)) {
            one.url = null;
            one.policy = [
              statementOf({ StatementId: "s1", Action: "lambda:InvokeFunction", Principal: "1" }),
            ];
          }
        },
      },
    ],
  });

  const statementTarget = target({ functionName: "orders", statementId: "s1" });
  const stateWith = async (made: Record<string, unknown>) => {
    const { call } = fakeAws(serveLambda({ orders: { policy: [made], url: null } }));
    const state = await closePublicFunction.read(statementTarget, call);
    assert.ok(state);
    return state;
  };
  const BARE = { Sid: "s1", Effect: "Allow", Principal: "*", Action: "lambda:InvokeFunction", Resource: ARN };

  it("removes the statement of the event and leaves the others, public as they may be", async () => {
    const other = { ...BARE, Sid: "s2" };
    const aws = fakeAws(serveLambda({ orders: { policy: [other, BARE], url: { authType: "NONE" } } }));
    const state = await closePublicFunction.read(statementTarget, aws.call);
    assert.ok(state);
    assert.deepEqual(closePublicFunction.contain(statementTarget, state, CONTEXT), [
      { operation: "lambda:RemovePermission", input: { FunctionName: "orders", StatementId: "s1" } },
    ]);
  });

  it("makes a URL ask for signatures and keeps it, since a new one would have another address", () => {
    const live = target({ functionName: "orders", qualifier: "live", authType: "NONE" });
    assert.deepEqual(closePublicFunction.contain(live, { authType: "NONE" }, CONTEXT), [
      {
        operation: "lambda:UpdateFunctionUrlConfig",
        input: { FunctionName: "orders", Qualifier: "live", AuthType: "AWS_IAM" },
      },
    ]);
    assert.equal(
      closePublicFunction.words(live, {}).did,
      "Made the URL of function orders:live ask for IAM signatures",
    );
  });

  it("adds the same permission again, with every condition", async () => {
    const permission = {
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE" as const,
      InvokedViaFunctionUrl: true,
    };
    const before = await stateWith(statementOf({ StatementId: "s1", ...permission }));
    assert.deepEqual(
      closePublicFunction.undo(statementTarget, before, {}, CONTEXT).map(({ input }) => input),
      [{ FunctionName: "orders", StatementId: "s1", ...permission }],
    );
  });

  it("reads everybody as an object, too", async () => {
    const state = await stateWith({ ...BARE, Principal: { AWS: "*" } });
    assert.equal(closePublicFunction.isContained(statementTarget, state, CONTEXT), false);
    assert.equal(closePublicFunction.refusal?.(statementTarget, state, CONTEXT), undefined);
  });

  for (const [title, odd] of [
    ["a condition that AddPermission does not make", { Condition: { StringLike: { "aws:UserAgent": "*" } } }],
    ["several actions", { Action: ["lambda:InvokeFunction", "lambda:GetFunction"] }],
    ["several principals", { Principal: { AWS: ["*", "444455556666"] } }],
  ] as const) {
    it(`refuses a statement that it could not put back: ${title}`, async () => {
      const state = await stateWith({ ...BARE, ...odd });
      assert.match(closePublicFunction.refusal?.(statementTarget, state, CONTEXT) ?? "", /put back/);
    });
  }
});
