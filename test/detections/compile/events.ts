import fc from "fast-check";

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

const TEXTS = [
  "",
  "x",
  "X",
  "xy",
  "aXb",
  "5",
  "5.0",
  "1e3",
  "TRUE",
  "false",
  "a*b",
  "k%_\\'\"",
  "é",
  "É",
  "ab",
];

const scalar: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  ...TEXTS,
  5,
  0,
  1000,
  -0.5,
  111122223333,
  true,
  false,
  null,
);

/** Anything that a service may put into a parameter; lists directly inside lists if `nestedLists`. */
function anyJson(nestedLists: boolean): fc.Arbitrary<Json> {
  return fc.letrec<{ value: Json; object: Json; element: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthIdentifier: "json" },
      { weight: 4, arbitrary: scalar },
      { weight: 3, arbitrary: tie("object") },
      { weight: 2, arbitrary: fc.array(tie("element"), { maxLength: 3 }) },
    ),
    object: fc.dictionary(fc.constantFrom("a", "b", "c", "x-y"), tie("value"), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    element: nestedLists ? tie("value") : fc.oneof({ depthIdentifier: "json" }, scalar, tie("object")),
  })).value;
}

const text: fc.Arbitrary<string | null> = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.constant(null) },
);

const address = fc.constantFrom(
  ...["10.1.2.3", "10.200.0.1", "32.1.13.184", "8.8.8.8", "2001:db8::1", "2001:DB8:0:0::1", "fc00::1"],
  ...["AWS Internal", "cloudformation.amazonaws.com"],
);

/** Some of these keys, never with undefined values. */
function some<T extends Record<string, fc.Arbitrary<unknown>>>(keys: T): fc.Arbitrary<object> {
  return fc.record(keys, { requiredKeys: [], noNullPrototype: true });
}

/** Events that follow the documented types of CloudTrail's fields, with anything in the open ones. */
export function cloudTrailEvent(options: { readonly nestedLists: boolean }): fc.Arbitrary<object> {
  const parameters = some({
    a: anyJson(options.nestedLists),
    b: anyJson(options.nestedLists),
    prefix: anyJson(options.nestedLists),
  });
  const identity = some({
    type: text,
    sessionContext: fc.option(some({ sessionIssuer: fc.option(some({ arn: text, type: text })) })),
  });
  return some({
    eventName: text,
    errorCode: text,
    readOnly: fc.option(fc.boolean()),
    sourceIPAddress: address,
    userIdentity: fc.option(identity),
    requestParameters: fc.option(parameters),
    responseElements: fc.option(some({ ConsoleLogin: text, a: anyJson(options.nestedLists) })),
    resources: fc.option(fc.array(some({ ARN: text, type: text }), { maxLength: 3 })),
  });
}
