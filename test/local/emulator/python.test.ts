import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquireEmulator } from "../../../local/emulator/emulator";
import { findPython } from "../../../local/emulator/python";

const OLD_PATH = process.env.PATH;
const OLD_CACHE = process.env.TRAILKEEPER_CACHE;
let bin: string;

function python(name: string, script: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

function useTemporaryPath(): void {
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "trailkeeper-python-"));
    process.env.PATH = bin;
    process.env.TRAILKEEPER_CACHE = join(bin, "cache");
  });
  afterEach(() => {
    process.env.PATH = OLD_PATH;
    if (OLD_CACHE === undefined) delete process.env.TRAILKEEPER_CACHE;
    else process.env.TRAILKEEPER_CACHE = OLD_CACHE;
    rmSync(bin, { recursive: true, force: true });
  });
}

const { signal } = new AbortController();

describe("findPython", () => {
  useTemporaryPath();

  it("takes the first Python that fits", async () => {
    python("python3", "echo 3.9.2 venv");
    python("python", "exit 127");
    python("python3.12", "echo 3.12.1 venv");

    assert.deepEqual(await findPython(signal), { path: join(bin, "python3.12"), version: "3.12.1" });
  });

  it("takes 3.10, the oldest that the emulator supports", async () => {
    python("python3", "echo 3.10.0 venv");

    assert.equal((await findPython(signal)).version, "3.10.0");
  });

  const failures: [title: string, script: string | undefined, message: RegExp][] = [
    ["Python is absent", undefined, /none is on PATH\. Install Python 3\.10 or newer/],
    ["Python is too old", "echo 3.9.2 venv", /python3 is Python 3\.9\.2\. Install Python 3\.10 or newer/],
    ["Python does not run", "echo 'no such version' >&2; exit 127", /does not run \(no such version\)/],
    [
      "the venv module is missing",
      "echo 3.11.2 no-venv",
      /\(Python 3\.11\.2\) has no venv module\. Install the venv module \(Debian and Ubuntu: apt install python3-venv, or python3\.11-venv\)/,
    ],
  ];
  for (const [title, script, message] of failures) {
    it(`says what to install when ${title}`, async () => {
      if (script) python("python3", script);

      await assert.rejects(findPython(signal), message);
    });
  }
});

describe("acquireEmulator", () => {
  useTemporaryPath();
  const acquire = () => acquireEmulator(() => undefined, signal);

  /** A Python whose virtual environment has a Python that runs `inVenv`. */
  const withVenv = (inVenv: string) => `
    if [ "$1" = -c ]; then echo 3.11.2 venv; exit 0; fi
    PATH=/usr/bin:/bin
    mkdir -p "$3/bin"
    printf '%s\\n' '#!/bin/sh' '${inVenv}' > "$3/bin/python"
    chmod +x "$3/bin/python"`;

  it("makes the virtual environment once and takes it from the cache afterwards", async () => {
    python("python3", withVenv("exit 0"));

    const installed = await acquire();
    const cached = await acquire();

    assert.match(installed.description, /^ministack 1\.5\.33, Python 3\.11\.2, installed with pip$/);
    assert.match(cached.description, /from the cache$/);
    assert.equal(cached.python, installed.python);
  });

  it("makes a new one when the Python it was made with is gone", async () => {
    python("python3", withVenv("exit 0"));
    const { python: executable } = await acquire();
    rmSync(executable);

    assert.match((await acquire()).description, /installed with pip/);
  });

  const failures: [title: string, script: string, message: RegExp][] = [
    [
      "pip cannot reach its index",
      withVenv('echo "NewConnectionError: Failed to establish a new connection" >&2; exit 1'),
      /pip could not reach its package index.*network connection/,
    ],
    ["a package is refused", withVenv('echo "ERROR: no space" >&2; exit 1'), /could not install .*no space/],
    [
      "the virtual environment cannot be made",
      `if [ "$1" = -c ]; then echo 3.11.2 venv; exit 0; fi; echo "ensurepip is not available"; exit 1`,
      /could not make a virtual environment \(ensurepip is not available.*python3-venv/,
    ],
  ];
  for (const [title, script, message] of failures) {
    it(`says so when ${title}, and leaves nothing half-installed`, async () => {
      python("python3", script);

      await assert.rejects(acquire(), message);
      assert.deepEqual(readdirSync(join(bin, "cache", "emulator")), []);
    });
  }
});
