import assert from "node:assert/strict";
import { parseOptions, UsageError } from "../../local/options";

describe("options of a local run", () => {
  it("brings up dev with the built-in scenario when nothing is asked for", () => {
    assert.deepEqual({ ...parseOptions([]) }, { stack: "dev", json: false, keep: false, respond: false });
  });

  it("takes a stack, logs, a port and switches", () => {
    const argv = ["--stack", "prod", "--logs", "a/b", "--json", "--keep", "--respond", "--port", "4566"];
    assert.deepEqual(
      { ...parseOptions(argv) },
      { stack: "prod", logs: "a/b", json: true, keep: true, respond: true, port: 4566 },
    );
  });

  const mistakes: [string, string[], RegExp][] = [
    ["an unknown stack", ["--stack", "staging"], /'staging' is invalid.*dev, prod/],
    ["an unknown option", ["--log", "x"], /unknown option '--log'.*--logs/s],
    ["a path without its option", ["some/path"], /too many arguments/],
    ["a missing value", ["--logs"], /argument missing/],
    ["a port that is none", ["--port", "http"], /a port is a whole number from 1 to 65535/],
    ["a port out of range", ["--port", "70000"], /a port is a whole number from 1 to 65535/],
  ];
  for (const [what, argv, message] of mistakes)
    it(`refuses ${what} and says where the options are explained`, () => {
      assert.throws(
        () => parseOptions(argv),
        (error: Error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          assert.match(error.message, /npm start -- --help/);
          return true;
        },
      );
    });
});
