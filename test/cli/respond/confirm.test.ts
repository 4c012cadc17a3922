import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { isConfirmed } from "../../../cli/respond/confirm";

describe("isConfirmed", () => {
  for (const [answer, expected] of [
    ["y\n", true],
    ["Yes \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    ["", false],
  ] as const)
    it(`takes ${JSON.stringify(answer)} for ${expected ? "a yes" : "a no"}`, async () => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const confirmed = isConfirmed("Sure?", input, output);
      input.end(answer);

      assert.equal(await confirmed, expected);
      assert.match(String(output.read()), /Sure\? \[y\/N\]/);
    });
});
