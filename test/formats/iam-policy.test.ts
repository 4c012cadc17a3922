import assert from "node:assert/strict";
import fc from "fast-check";
import {
  grantsAdministrator,
  isPublicStatement,
  policyStatements,
  principalAccountIds,
} from "../../formats/iam-policy";

const allow = (statement: object) => ({ Statement: { Effect: "Allow", ...statement } });
const first = (document: unknown) => {
  const [statement] = policyStatements(document);
  assert.ok(statement, "the document has a statement");
  return statement;
};

describe("policyStatements", () => {
  it("evens out single values and lists, and folds the case of actions, operators and keys", () => {
    const [statement] = policyStatements({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::444455556666:root", Service: ["ec2.amazonaws.com"] },
        Action: ["S3:GetObject", "s3:put*"],
        Resource: "*",
        Condition: { StringEquals: { "AWS:SourceAccount": "111122223333" } },
      },
    });
    assert.deepEqual(statement, {
      effect: "Allow",
      awsPrincipals: ["arn:aws:iam::444455556666:root"],
      hasNotPrincipal: false,
      actions: ["s3:getobject", "s3:put*"],
      hasNotAction: false,
      resources: ["*"],
      conditions: [{ operator: "stringequals", key: "aws:sourceaccount", values: ["111122223333"] }],
    });
  });

  it("reads the same from an object, from its JSON in any layout, and from its percent-encoded JSON", () => {
    const document = allow({ Principal: "*", Action: "sqs:*", Resource: "*" });
    const expected = policyStatements(document);
    assert.equal(expected.length, 1);
    for (const text of [
      JSON.stringify(document),
      `\n ${JSON.stringify(document, undefined, 4)}`,
      encodeURIComponent(JSON.stringify(document)),
    ])
      assert.deepEqual(policyStatements(text), expected);
  });

  const nothing: readonly [string, unknown][] = [
    ["other JSON", '{"a":1}'],
    ["a text with the word", "Statement of work"],
    ["cut-off JSON", '{"Statement":[{"Effect":"Allow"'],
    ["broken percent encoding", "%7B%zz Statement"],
    ["a number", 7],
    ["null", null],
    ["a statement without effect", { Statement: [{ Action: "*" }] }],
    ["a statement that is a text", { Statement: ["Allow"] }],
  ];
  for (const [what, document] of nothing)
    it(`finds no statement in ${what}`, () => assert.deepEqual(policyStatements(document), []));

  it("never fails, whatever is called a policy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        policyStatements({ Statement: value });
        policyStatements(JSON.stringify({ Statement: value }));
        policyStatements(value);
      }),
    );
  });
});

describe("isPublicStatement", () => {
  const restricted = (Condition: object) => ({ Principal: { AWS: "*" }, Action: "s3:GetObject", Condition });
  const cases: readonly [string, object, boolean][] = [
    ["everybody", { Principal: "*" }, true],
    ["everybody as an AWS principal", { Principal: { AWS: "*" } }, true],
    ["everybody, second in a list", { Principal: { AWS: ["arn:aws:iam::444455556666:root", "*"] } }, true],
    ["everybody but one", { NotPrincipal: { AWS: "arn:aws:iam::444455556666:root" } }, true],
    ["everybody over TLS", restricted({ Bool: { "aws:SecureTransport": "true" } }), true],
    ["everybody from any address", restricted({ IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }), true],
    [
      "every IPv6 address, in a list",
      restricted({ IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "::/0"] } }),
      true,
    ],
    [
      "everybody outside an account",
      restricted({ StringNotEquals: { "aws:SourceAccount": "111122223333" } }),
      true,
    ],
    [
      "whoever sends no organization",
      restricted({ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }),
      true,
    ],
    ["any principal by wildcard", restricted({ StringLike: { "aws:PrincipalArn": "*" } }), true],
    ["an organization", restricted({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }), false],
    [
      "an organization, key in another case",
      restricted({ StringEquals: { "aws:principalorgid": "o-a1b2c3d4e5" } }),
      false,
    ],
    ["one network", restricted({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }), false],
    [
      "one bucket's notifications",
      restricted({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::example" } }),
      false,
    ],
    ["another account", { Principal: { AWS: "444455556666" } }, false],
    ["a service", { Principal: { Service: "sns.amazonaws.com" } }, false],
  ];
  for (const [who, statement, expected] of cases)
    it(`${expected ? "tells" : "leaves alone"} a statement for ${who}`, () =>
      assert.equal(isPublicStatement(first(allow(statement))), expected));

  it("leaves alone a statement that denies everybody", () =>
    assert.equal(isPublicStatement(first({ Statement: { Effect: "Deny", Principal: "*" } })), false));
});

describe("grantsAdministrator", () => {
  const cases: readonly [string, object, boolean][] = [
    ["everything everywhere", { Action: "*", Resource: "*" }, true],
    ["every action of every service, in lists", { Action: ["s3:Get*", "*:*"], Resource: ["*"] }, true],
    ["all but one action", { NotAction: "iam:DeleteUser", Resource: "*" }, true],
    ["every resource spelt as an ARN", { Action: "*", Resource: "arn:aws:*:*:*:*" }, true],
    ["one service", { Action: "s3:*", Resource: "*" }, false],
    ["everything on one bucket", { Action: "*", Resource: "arn:aws:s3:::example/*" }, false],
    ["a trust policy", { Action: "sts:AssumeRole", Principal: { AWS: "*" } }, false],
  ];
  for (const [what, statement, expected] of cases)
    it(`${expected ? "tells" : "leaves alone"} ${what}`, () =>
      assert.equal(grantsAdministrator(first(allow(statement))), expected));
});

describe("principalAccountIds", () => {
  it("finds accounts named by id, by root and by role, in every partition", () => {
    const AWS = [
      "444455556666",
      "arn:aws:iam::555566667777:root",
      "arn:aws-cn:iam::666677778888:role/x",
      "*",
    ];
    assert.deepEqual(principalAccountIds(first(allow({ Principal: { AWS } }))), [
      "444455556666",
      "555566667777",
      "666677778888",
    ]);
  });
  it("finds accounts that a condition on everybody admits", () => {
    const condition = (Condition: object, Principal: unknown = "*") =>
      principalAccountIds(first(allow({ Principal, Condition })));
    assert.deepEqual(condition({ StringEquals: { "aws:PrincipalAccount": ["444455556666"] } }), [
      "444455556666",
    ]);
    assert.deepEqual(condition({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/*" } }), [
      "444455556666",
    ]);
    assert.deepEqual(condition({ StringNotEquals: { "aws:PrincipalAccount": "444455556666" } }), []);
    assert.deepEqual(
      condition({ StringEquals: { "aws:PrincipalAccount": "444455556666" } }, { AWS: "111122223333" }),
      ["111122223333"],
    );
  });
  it("finds none in a statement that denies", () =>
    assert.deepEqual(
      principalAccountIds(first({ Statement: { Effect: "Deny", Principal: { AWS: "444455556666" } } })),
      [],
    ));
});
