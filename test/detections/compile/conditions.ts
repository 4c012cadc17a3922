import fc from "fast-check";
import type {
  Condition,
  FieldCondition,
  PatternPart,
  StringTest,
  ValueTest,
} from "../../../detections/sigma/model";
import { parsePattern } from "../../../detections/sigma/pattern";

/** A Sigma string test; `*` and `?` are wildcards. */
export function pattern(source: string, cased = false): StringTest {
  return { kind: "string", parts: parsePattern(source), cased };
}

/** A condition on one field; a string is a Sigma string that ignores case. */
export function where(field: string, test: ValueTest | string): FieldCondition {
  return { op: "field", field, test: typeof test === "string" ? pattern(test) : test };
}

export function and(...of: readonly Condition[]): Condition {
  return { op: "and", of };
}

export function or(...of: readonly Condition[]): Condition {
  return { op: "or", of };
}

export function not(of: Condition): Condition {
  return { op: "not", of };
}

/** Few fields and values, so that conditions and events meet often. */
const FIELDS = [
  ...["eventName", "errorCode", "userIdentity.type", "userIdentity.sessionContext.sessionIssuer.arn"],
  ...["readOnly", "sourceIPAddress", "resources.ARN", "resources.type", "responseElements.ConsoleLogin"],
  ...["requestParameters.a", "requestParameters.b", "requestParameters.a.b", "requestParameters.a.b.c"],
  ...[
    "requestParameters.a.x-y",
    "requestParameters.prefix",
    "responseElements.a",
    "requestParameters",
    "userIdentity",
  ],
];

const TEXTS = [
  "",
  "x",
  "X",
  "xy",
  "aXb",
  "5",
  "5.0",
  "1e3",
  "true",
  "False",
  "a*b",
  "k%_\\'\"",
  "é",
  "É",
  "10.1.2.3",
];

const PARTS: readonly PatternPart[] = [
  { wildcard: "*" },
  { wildcard: "*" },
  { wildcard: "?" },
  ...["x", "X", "5", "%_", "a*b", "é", "."].map((text) => ({ text })),
];

const stringTest: fc.Arbitrary<StringTest> = fc.oneof(
  fc.tuple(fc.constantFrom(...TEXTS), fc.boolean()).map(([text, cased]): StringTest => {
    return { kind: "string", parts: text === "" ? [] : [{ text }], cased };
  }),
  fc
    .tuple(fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([parts, cased]): StringTest => ({ kind: "string", parts: withoutRepeats(parts), cased })),
);

/** No two texts in a row, no two `*` in a row: what the model promises. */
function withoutRepeats(parts: readonly PatternPart[]): PatternPart[] {
  const kept: PatternPart[] = [];
  for (const part of parts) {
    const before = kept.at(-1);
    const isText = before !== undefined && "text" in before && "text" in part;
    const isStar = before !== undefined && isAny(before) && isAny(part);
    if (!isText && !isStar) kept.push(part);
  }
  return kept;
}

function isAny(part: PatternPart): boolean {
  return "wildcard" in part && part.wildcard === "*";
}

const valueTest: fc.Arbitrary<ValueTest> = fc.oneof(
  { weight: 8, arbitrary: stringTest },
  { weight: 1, arbitrary: fc.constantFrom(5, 0, 1000, -0.5, 111122223333).map(numberTest) },
  { weight: 1, arbitrary: fc.boolean().map((value): ValueTest => ({ kind: "boolean", value })) },
  { weight: 1, arbitrary: fc.constant<ValueTest>({ kind: "null" }) },
  { weight: 1, arbitrary: fc.boolean().map((value): ValueTest => ({ kind: "exists", value })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("gt" as const, "gte" as const, "lt" as const, "lte" as const),
        fc.constantFrom(5, 0, -0.5),
      )
      .map(([operator, value]): ValueTest => ({ kind: "compare", operator, value })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "10.0.0.0/8",
        "10.1.2.3",
        "32.0.0.0/7",
        "0.0.0.0/0",
        "2001:db8::/32",
        "2000::/3",
        "::/0",
        "fc00::1",
      )
      .map((cidr): ValueTest => ({ kind: "cidr", cidr })),
  },
);

function numberTest(value: number): ValueTest {
  return { kind: "number", value };
}

const fieldref: fc.Arbitrary<FieldCondition> = fc
  .record(
    {
      field: fc.constantFrom(...FIELDS),
      other: fc.constantFrom(...FIELDS),
      mode: fc.constantFrom(
        "equals" as const,
        "contains" as const,
        "startswith" as const,
        "endswith" as const,
      ),
      cased: fc.boolean(),
    },
    { noNullPrototype: true },
  )
  .map(({ field, other, mode, cased }) => where(field, { kind: "fieldref", field: other, mode, cased }));

/** A test of one field. */
const single: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(fc.constantFrom(...FIELDS), valueTest).map(([field, test]) => where(field, test)),
  },
  { weight: 1, arbitrary: fieldref },
);

/** Conditions of few tests: the more there are, the likelier a compiler refuses one of them. */
export const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: single },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((of) => and(...of)) },
    { weight: 1, arbitrary: fc.array(tie("node"), { maxLength: 3 }).map((of) => or(...of)) },
    { weight: 1, arbitrary: tie("node").map(not) },
  ),
})).node;

/** Rules of what can be said more often than not: alternatives of plain tests, joined. */
export const sayable: fc.Arbitrary<Condition> = fc
  .array(
    fc.array(fc.oneof(single, single.map(not)), { minLength: 1, maxLength: 2 }).map((of) => or(...of)),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((of) => and(...of));

/** Several demands on the same field, which has one value: an intersection of sets of texts. */
export const demandsOnOneField: fc.Arbitrary<Condition> = fc
  .constantFrom("eventName", "userIdentity.type", "responseElements.ConsoleLogin")
  .chain((field) => {
    const demand = stringTest.map((test) => where(field, test));
    const either = fc.oneof<fc.Arbitrary<Condition>[]>(
      demand,
      demand.map(not),
      fc.constant(where(field, { kind: "null" })),
    );
    return fc.array(
      fc.array(either, { minLength: 1, maxLength: 3 }).map((of) => or(...of)),
      { minLength: 2, maxLength: 3 },
    );
  })
  .map((of) => and(...of));
