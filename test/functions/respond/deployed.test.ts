import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDeployedResponder, RESPONDER_FILE } from "../../../functions/respond/deployed";
import { deployedResponder } from "./deployed-responder";

describe("readDeployedResponder", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "trailkeeper-responder-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (content: unknown) => writeFileSync(join(folder, RESPONDER_FILE), JSON.stringify(content));

  it("reads what the component wrote", () => {
    const settings = deployedResponder({ memberRoleName: "response" });
    write(settings);

    assert.deepEqual(readDeployedResponder(folder), settings);
  });

  const { modes, untouchable } = deployedResponder();
  for (const [what, content, problem] of [
    [
      "without a mode for a playbook",
      { ...deployedResponder(), modes: { ...modes, "unshare-ami": undefined } },
      /modes\.unshare-ami/,
    ],
    [
      "with a mode that is none",
      { ...deployedResponder(), modes: { ...modes, "unshare-ami": "maybe" } },
      /modes\.unshare-ami/,
    ],
    [
      "that does not say whom it must not touch",
      { ...deployedResponder(), untouchable: undefined },
      /untouchable/,
    ],
    [
      "that leaves out its own roles",
      { ...deployedResponder(), untouchable: { ...untouchable, ownRoles: undefined } },
      /untouchable\.ownRoles/,
    ],
    [
      "with a circuit that admits nothing",
      { ...deployedResponder(), circuit: { limit: 0, windowSeconds: 60 } },
      /circuit\.limit/,
    ],
  ] as const)
    it(`refuses settings ${what}: nothing is done then`, () => {
      write(content);

      assert.throws(
        () => readDeployedResponder(folder),
        (error: Error) => {
          assert.match(error.message, problem);
          assert.match(error.message, /responder\.json/);
          return true;
        },
      );
    });

  it("refuses a package without settings", () => {
    assert.throws(() => readDeployedResponder(folder), /responder\.json/);
  });
});
