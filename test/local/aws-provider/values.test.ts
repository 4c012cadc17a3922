import assert from "node:assert/strict";
import fc from "fast-check";
import {
  attributeText,
  hasUnknown,
  keepSecret,
  pascalCase,
  redact,
  sameValue,
  secretStrings,
  unwrapSecrets,
} from "../../../local/aws-provider/values";
import { wireSecret, WIRE_UNKNOWN } from "./provider-client";

describe("values on the wire", () => {
  it("finds an unknown value at any depth, inside a secret too", () => {
    assert.equal(hasUnknown({ a: [{ b: wireSecret(WIRE_UNKNOWN) }] }), true);
    assert.equal(hasUnknown({ a: [{ b: wireSecret("known") }] }), false);
  });

  it("unwraps secrets at any depth", () => {
    assert.deepEqual(unwrapSecrets({ a: [wireSecret({ b: wireSecret("x") })], c: 1 }), {
      a: [{ b: "x" }],
      c: 1,
    });
  });

  it("collects the strings inside secrets and no others", () => {
    assert.deepEqual(secretStrings({ a: "open", b: wireSecret({ c: ["x", "y"], d: 7 }) }), ["x", "y"]);
  });

  it("keeps outputs secret that repeat a secret input", () => {
    assert.deepEqual(
      keepSecret({ arn: "arn:aws:sns:::hidden-name", owner: "111122223333" }, ["hidden-name"]),
      {
        arn: wireSecret("arn:aws:sns:::hidden-name"),
        owner: "111122223333",
      },
    );
  });

  it("takes every secret out of a message", () => {
    assert.equal(
      redact("bad endpoint https://x?key=k1, saw k1", ["https://x?key=k1", "k1"]),
      "bad endpoint [secret], saw [secret]",
    );
  });

  it("finds every JSON value the same as itself, wrapped or not", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => sameValue(value, value) && sameValue(wireSecret(value), value)),
    );
  });

  it("spells members as the AWS APIs do", () => {
    assert.deepEqual(
      pascalCase(
        { id: "r", rules: [{ sseAlgorithm: "aws:kms" }] },
        { id: "ID", sseAlgorithm: "SSEAlgorithm" },
      ),
      { ID: "r", Rules: [{ SSEAlgorithm: "aws:kms" }] },
    );
  });

  it("writes attributes as text", () => {
    assert.deepEqual(["text", true, 30, { a: 1 }, undefined].map(attributeText), [
      "text",
      "true",
      "30",
      '{"a":1}',
      "",
    ]);
  });
});
