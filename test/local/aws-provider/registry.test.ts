import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { definitionOf, RESOURCES } from "../../../local/aws-provider/registry";

/** What the real class of a type says about its inputs, read from its compiled source. */
function realClass(type: string): { inputs: string[]; required: string[] } {
  const [, module = ""] = type.split(":");
  const folder = dirname(require.resolve("@pulumi/aws/package.json"));
  const source = readFileSync(join(folder, `${module}.js`), "utf8");
  const fromProgram = source.slice(source.lastIndexOf("else {"));
  return {
    inputs: [...fromProgram.matchAll(/resourceInputs\["(\w+)"\] = (?!undefined \/\*out\*\/)/g)]
      .map(([, input = ""]) => input)
      .sort(),
    required: [...source.matchAll(/Missing required property '(\w+)'/g)].map(([, input = ""]) => input),
  };
}

describe("the local provider's resource types", () => {
  for (const definition of RESOURCES) {
    const { type, required = [], optional = [], stateOnly = [], unsupported = [] } = definition;

    describe(type, () => {
      it("names every input of the real class once, and none that it does not have", () => {
        const listed = [...required, ...optional, ...stateOnly, ...unsupported].sort();

        assert.deepEqual(listed, realClass(type).inputs);
      });

      it("requires what the real class requires", () => {
        const missing = realClass(type).required.filter((input) => !required.includes(input));

        assert.deepEqual(missing, []);
      });

      it("replaces, names and fills in only inputs that it takes", () => {
        const taken = new Set([...required, ...optional, ...stateOnly]);
        const used = [
          ...definition.replaceOn,
          ...Object.keys(definition.defaults ?? {}),
          ...(definition.autoName ? [definition.autoName.property] : []),
        ];

        assert.deepEqual(
          used.filter((input) => !taken.has(input)),
          [],
        );
      });

      it("updates in place unless every input replaces", () => {
        const inPlace = [...required, ...optional].filter(
          (input) => input !== "region" && !definition.replaceOn.includes(input),
        );

        assert.equal(definition.update !== undefined, inPlace.length > 0);
      });
    });
  }

  it("are listed once each", () => {
    const types = RESOURCES.map(({ type }) => type);

    assert.equal(new Set(types).size, types.length);
  });

  it("refuse an unknown type by naming it and the resource", () => {
    assert.throws(
      () => definitionOf("aws:sqs/queueX:QueueX", "mailbox"),
      /aws:sqs\/queueX:QueueX.*"mailbox"/,
    );
  });
});
