import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePolicyDocument } from "../../../policy/src/policy-document/document";
import { type PlainHttpDenial, deniesPlainHttp } from "../../../policy/src/policy-document/plain-http";
import { UNKNOWN } from "../../../policy/src/properties";

const BUCKET = "audit";
const ARN = `arn:aws:s3:::${BUCKET}`;
const EVERYTHING = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

function evaluate(statements: unknown, name: string | undefined = BUCKET): PlainHttpDenial {
  const document = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
  assert.ok(document);
  return deniesPlainHttp(document, name);
}

describe("deniesPlainHttp", () => {
  const table: readonly (readonly [string, object, PlainHttpDenial])[] = [
    ["the usual statement", {}, { bucket: "yes", objects: "yes" }],
    ["principal AWS *", { Principal: { AWS: "*" } }, { bucket: "yes", objects: "yes" }],
    [
      "a list of principals with *",
      { Principal: { AWS: ["arn:aws:iam::111122223333:root", "*"] } },
      { bucket: "yes", objects: "yes" },
    ],
    ["every action of every service", { Action: "*" }, { bucket: "yes", objects: "yes" }],
    ["actions in any case", { Action: "S3:*" }, { bucket: "yes", objects: "yes" }],
    [
      "all reads, writes, lists and deletes",
      { Action: ["s3:Get*", "s3:Put*", "s3:List*", "s3:Delete*", "s3:Abort*", "s3:Restore*"] },
      { bucket: "yes", objects: "yes" },
    ],
    ["every resource", { Resource: "*" }, { bucket: "yes", objects: "yes" }],
    ["one pattern for bucket and objects", { Resource: `${ARN}*` }, { bucket: "yes", objects: "yes" }],
    [
      "another partition's spelling",
      { Resource: [ARN, `${ARN}/*`].map((arn) => arn.replace("arn:aws:", "arn:aws-cn:")) },
      { bucket: "yes", objects: "yes" },
    ],
    [
      "a boolean condition value",
      { Condition: { Bool: { "aws:SecureTransport": false } } },
      { bucket: "yes", objects: "yes" },
    ],
    [
      "a condition key in any case",
      { Condition: { BoolIfExists: { "AWS:securetransport": ["False"] } } },
      { bucket: "yes", objects: "yes" },
    ],
    ["no condition at all", { Condition: undefined }, { bucket: "yes", objects: "yes" }],
    [
      "NotAction that spares nothing of S3",
      { Action: undefined, NotAction: "ec2:*" },
      { bucket: "yes", objects: "yes" },
    ],
    [
      "NotResource that spares another bucket",
      { Resource: undefined, NotResource: "arn:aws:s3:::other/*" },
      { bucket: "yes", objects: "yes" },
    ],

    ["an Allow", { Effect: "Allow" }, { bucket: "no", objects: "no" }],
    [
      "the opposite condition",
      { Condition: { Bool: { "aws:SecureTransport": "true" } } },
      { bucket: "no", objects: "no" },
    ],
    [
      "a second condition",
      {
        Condition: {
          Bool: { "aws:SecureTransport": "false" },
          StringEquals: { "aws:PrincipalOrgID": "o-1" },
        },
      },
      { bucket: "no", objects: "no" },
    ],
    [
      "another operator",
      { Condition: { StringLike: { "aws:SecureTransport": "false" } } },
      { bucket: "no", objects: "no" },
    ],
    [
      "one account only",
      { Principal: { AWS: "arn:aws:iam::111122223333:root" } },
      { bucket: "no", objects: "no" },
    ],
    [
      "one service only",
      { Principal: { Service: "cloudtrail.amazonaws.com" } },
      { bucket: "no", objects: "no" },
    ],
    [
      "everybody but one",
      { Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } },
      { bucket: "no", objects: "no" },
    ],
    ["no principal", { Principal: undefined }, { bucket: "no", objects: "no" }],
    ["reads only", { Action: ["s3:GetObject", "s3:ListBucket"] }, { bucket: "no", objects: "no" }],
    [
      "NotAction that spares reads",
      { Action: undefined, NotAction: "s3:Get*" },
      { bucket: "yes", objects: "no" },
    ],
    ["objects only", { Resource: `${ARN}/*` }, { bucket: "no", objects: "yes" }],
    ["the bucket only", { Resource: ARN }, { bucket: "yes", objects: "no" }],
    ["a prefix only", { Resource: [ARN, `${ARN}/AWSLogs/*`] }, { bucket: "yes", objects: "no" }],
    ["a suffix only", { Resource: [ARN, `${ARN}/*.gz`] }, { bucket: "yes", objects: "no" }],
    ["keys of one length only", { Resource: [ARN, `${ARN}/?`] }, { bucket: "yes", objects: "no" }],
    [
      "another bucket",
      { Resource: ["arn:aws:s3:::other", "arn:aws:s3:::other/*"] },
      { bucket: "no", objects: "no" },
    ],
    [
      "NotResource that spares a prefix",
      { Resource: undefined, NotResource: `${ARN}/public/*` },
      { bucket: "yes", objects: "no" },
    ],
    [
      "NotResource with a policy variable",
      { Resource: undefined, NotResource: "arn:aws:s3:::${aws:PrincipalTag/bucket}/*" },
      { bucket: "yes", objects: "no" },
    ],
    [
      "NotResource that spares one object",
      { Resource: undefined, NotResource: `${ARN}/index.html` },
      { bucket: "yes", objects: "no" },
    ],

    ["an unknown principal", { Principal: { AWS: [UNKNOWN] } }, { bucket: "unknown", objects: "unknown" }],
    ["unknown resources", { Resource: UNKNOWN }, { bucket: "unknown", objects: "unknown" }],
    ["unknown conditions", { Condition: UNKNOWN }, { bucket: "unknown", objects: "unknown" }],
    ["an unknown effect", { Effect: UNKNOWN }, { bucket: "unknown", objects: "unknown" }],
    [
      "unknown resources of an Allow",
      { Effect: "Allow", Resource: UNKNOWN },
      { bucket: "no", objects: "no" },
    ],
  ];
  for (const [title, change, expected] of table) {
    it(`answers ${expected.bucket}/${expected.objects} for ${title}`, () => {
      assert.deepEqual(evaluate(withoutUndefined({ ...EVERYTHING, ...change })), expected);
    });
  }

  it("adds up statements that each cover a part", () => {
    const statements = [
      { ...EVERYTHING, Resource: ARN },
      { ...EVERYTHING, Resource: `${ARN}/*`, Action: ["s3:Get*", "s3:List*", "s3:Abort*", "s3:Restore*"] },
      { ...EVERYTHING, Resource: `${ARN}/*`, Action: ["s3:Put*", "s3:Delete*"] },
    ];

    assert.deepEqual(evaluate(statements), { bucket: "yes", objects: "yes" });
  });

  it("waits for a statement that is not known yet", () => {
    assert.deepEqual(evaluate([UNKNOWN]), { bucket: "unknown", objects: "unknown" });
    assert.deepEqual(evaluate([UNKNOWN, EVERYTHING]), { bucket: "yes", objects: "yes" });
  });

  it("is sure of a bucket whose name it does not know only where every bucket is meant", () => {
    const document = parsePolicyDocument({ Statement: EVERYTHING });
    const sweeping = parsePolicyDocument({ Statement: { ...EVERYTHING, Resource: "*" } });
    assert.ok(document && sweeping);

    assert.deepEqual(deniesPlainHttp(document, undefined), { bucket: "unknown", objects: "unknown" });
    assert.deepEqual(deniesPlainHttp(sweeping, undefined), { bucket: "yes", objects: "yes" });
  });
});

interface SimpleStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal: unknown;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const actions = fc.subarray(
  ["s3:*", "s3:Get*", "s3:Put*", "s3:List*", "s3:Delete*", "s3:Abort*", "s3:Restore*", "s3:GetObject", "*"],
  { minLength: 1 },
);
const resources = fc.subarray(
  [ARN, `${ARN}/*`, `${ARN}*`, `${ARN}/public/*`, `${ARN}/?`, `${ARN}/*.gz`, "*", "arn:aws:s3:::other/*"],
  { minLength: 1 },
);
const statement: fc.Arbitrary<SimpleStatement> = fc
  .record({
    Effect: fc.constantFrom("Deny" as const, "Deny" as const, "Allow" as const),
    Principal: fc.constantFrom("*", { AWS: "*" }, { AWS: "arn:aws:iam::111122223333:root" }),
    actionElement: fc.constantFrom("Action", "Action", "NotAction"),
    actions,
    resourceElement: fc.constantFrom("Resource", "Resource", "NotResource"),
    resources,
    Condition: fc.constantFrom(
      undefined,
      { Bool: { "aws:SecureTransport": "false" } },
      { Bool: { "aws:SecureTransport": "true" } },
      { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:username": "root" } },
    ),
  })
  .map(({ actionElement, actions, resourceElement, resources, ...rest }) => ({
    ...(withoutUndefined(rest) as Pick<SimpleStatement, "Effect" | "Principal" | "Condition">),
    [actionElement]: actions,
    [resourceElement]: resources,
  }));
const request = fc.record({
  action: fc.constantFrom("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:RestoreObject"),
  key: fc.oneof(
    fc.constantFrom("a", "public/x", "AWSLogs/1.json.gz", "index.html"),
    fc.string({ minLength: 1, maxLength: 8 }),
  ),
});

/** Whether the statement denies one plain-HTTP request of a stranger: an evaluator of single requests, by regular expressions. */
function denies(candidate: SimpleStatement, action: string, arn: string): boolean {
  const like = (patterns: readonly string[], text: string): boolean =>
    patterns.some((pattern) =>
      new RegExp(
        `^${pattern
          .replace(/[.+^${}()|[\]\\/]/g, "\\$&")
          .replaceAll("*", ".*")
          .replaceAll("?", ".")}$`,
        "s",
      ).test(text),
    );
  const transport = candidate.Condition?.Bool?.["aws:SecureTransport"];
  return (
    candidate.Effect === "Deny" &&
    !JSON.stringify(candidate.Principal).includes("111122223333") &&
    (candidate.Action ? like(candidate.Action, action) : !like(candidate.NotAction ?? [], action)) &&
    (candidate.Resource ? like(candidate.Resource, arn) : !like(candidate.NotResource ?? [], arn)) &&
    transport !== "true" &&
    !candidate.Condition?.StringEquals
  );
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

describe("deniesPlainHttp, for any document", () => {
  it("never calls objects covered when one plain-HTTP request would pass", () => {
    let covered = 0;
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 4 }),
        request,
        (statements, { action, key }) => {
          if (evaluate(statements).objects !== "yes") return;
          covered++;
          assert.ok(statements.some((candidate) => denies(candidate, action, `${ARN}/${key}`)));
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(covered > 50, "the property must have been put to the test");
  });

  it("never calls the bucket covered when one plain-HTTP listing would pass", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        if (evaluate(statements).bucket !== "yes") return;
        assert.ok(statements.some((candidate) => denies(candidate, "s3:ListBucket", ARN)));
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on the order of statements, nor lose cover by another statement", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), statement, (statements, extra) => {
        const before = evaluate(statements);
        assert.deepEqual(evaluate([...statements].reverse()), before);
        const after = evaluate([...statements, extra]);
        if (before.bucket === "yes") assert.equal(after.bucket, "yes");
        if (before.objects === "yes") assert.equal(after.objects, "yes");
      }),
    );
  });

  it("reads JSON text and the object it stands for alike", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 3 }), (statements) => {
        const document = parsePolicyDocument(JSON.stringify({ Statement: statements }));
        assert.ok(document);
        assert.deepEqual(deniesPlainHttp(document, BUCKET), evaluate(statements));
      }),
    );
  });

  it("survives anything that is called a policy document", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const source of [value, { Statement: value }, JSON.stringify(value)]) {
          const document = parsePolicyDocument(source);
          if (document) deniesPlainHttp(document, BUCKET);
        }
      }),
    );
  });
});
