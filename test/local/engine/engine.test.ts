import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { version as pinnedVersion } from "@pulumi/pulumi/version";
import { acquireEngine, ENGINE_VERSION } from "../../../local/engine/engine";
import { engineErrorReason } from "../../../local/engine/error";

/** Answers `go env GOVERSION`, and "builds" a program that tells the engine's version. */
const FAKE_GO = `
PATH=/usr/bin:/bin
if [ "$1" = env ]; then echo go1.26.8; exit 0; fi
echo "go: downloading example.com/a v1.0.0" >&2
echo "example.com/a/b" >&2
while [ "$1" != -o ]; do shift; done
mkdir -p "$(dirname "$2")"
printf '#!/bin/sh\\necho v${ENGINE_VERSION}\\n' > "$2"
chmod +x "$2"`;

describe("acquireEngine", function () {
  let root: string;
  let told: string[];
  const saved = { ...process.env };
  const savedFetch = globalThis.fetch;

  const tool = (name: string, script: string) => {
    const file = join(root, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const acquire = () => acquireEngine((line) => void told.push(line), new AbortController().signal);

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "trailkeeper-engine-"));
    told = [];
    mkdirSync(join(root, "bin"));
    // None of the real tools may be found; the fake ones name what they need.
    process.env.PATH = join(root, "bin");
    process.env.TRAILKEEPER_CACHE = join(root, "cache");
    delete process.env.TRAILKEEPER_ENGINE;
    globalThis.fetch = () =>
      Promise.reject(
        new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND get.pulumi.com") }),
      );
  });
  afterEach(() => {
    globalThis.fetch = savedFetch;
    for (const name of ["PATH", "TRAILKEEPER_CACHE", "TRAILKEEPER_ENGINE"] as const) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
    rmSync(root, { recursive: true, force: true });
  });

  it("pins one version: the package's, the Go modules' and its own", () => {
    const goMod = readFileSync("local/engine/modules/pulumi/go.mod", "utf8");

    assert.equal(pinnedVersion, ENGINE_VERSION);
    assert.match(
      goMod,
      new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION.replaceAll(".", "\\.")}`),
    );
  });

  for (const version of [ENGINE_VERSION, "3.300.1"]) {
    it(`takes pulumi ${version} from PATH`, async () => {
      tool("pulumi", `echo v${version}`);
      tool("pulumi-language-nodejs", "");

      const engine = await acquire();

      assert.equal(engine.source, "path");
      assert.equal(engine.version, version);
      assert.match(engine.description, /on PATH/);
    });
  }

  const unfit: [title: string, script: string, languageHost: boolean, reason: RegExp][] = [
    ["is too old", "echo v3.100.0", true, /bin\/pulumi is 3\.100\.0, older than 3\.248\.0/],
    ["has another major version", "echo v4.0.0", true, /is 4\.0\.0, another major version/],
    ["has no Node language host", `echo v${ENGINE_VERSION}`, false, /without pulumi-language-nodejs/],
    ["does not run", "exit 9", true, /does not run/],
    ["tells no version", "echo hello", true, /does not tell its version/],
  ];
  for (const [title, script, languageHost, reason] of unfit) {
    it(`passes over a pulumi on PATH that ${title}, and says why`, async () => {
      tool("pulumi", script);
      if (languageHost) tool("pulumi-language-nodejs", "");
      tool("go", FAKE_GO);

      const engine = await acquire();

      assert.equal(engine.source, "go-build");
      assert.match(told[0] ?? "", reason);
    });
  }

  it("builds the pinned Go modules when there is no network, tells its progress, and takes the result from the cache next time", async () => {
    tool("go", FAKE_GO);

    const built = await acquire();
    const again = await acquire();

    assert.equal(built.source, "go-build");
    assert.equal(again.source, "cache");
    assert.equal(again.command.command, built.command.command);
    assert.match(again.description, /from the cache, built from the pinned Go modules/);
    assert.deepEqual(readdirSync(dirname(built.command.command)).sort(), [
      "pulumi",
      "pulumi-language-nodejs",
    ]);
    assert.ok(told.some((line) => line.includes("get.pulumi.com cannot be reached (getaddrinfo ENOTFOUND")));
    assert.ok(told.includes("building pulumi (1 of 2), 0 s"));
    assert.ok(told.includes("building pulumi-language-nodejs (2 of 2), 0 s"));
  });

  it("prefers PATH to the cache", async () => {
    tool("go", FAKE_GO);
    await acquire();
    tool("pulumi", `echo v${ENGINE_VERSION}`);
    tool("pulumi-language-nodejs", "");

    assert.equal((await acquire()).source, "path");
  });

  it("names every source that was tried and what to install when there is none", async () => {
    await assert.rejects(acquire(), (error: Error) => {
      assert.match(error.message, /PATH: no pulumi\n/);
      assert.match(error.message, /official download: .*get\.pulumi\.com cannot be reached/);
      assert.match(error.message, /pinned Go modules: no go on PATH\n/);
      assert.match(error.message, /Install Pulumi 3\.248\.0 or newer .* or Go 1\.26 or newer/);
      return true;
    });
  });

  const failingGo: [title: string, script: string, reason: RegExp][] = [
    ["is too old", "echo go1.22.3", /go is go1\.22\.3; Go 1\.26 or newer is needed/],
    [
      "is too old to read the modules",
      `echo "go: go.mod requires go >= 1.26 (running go 1.20; GOTOOLCHAIN=local)" >&2; exit 1`,
      /Go 1\.26 or newer is needed \(go: go\.mod requires go >= 1\.26 \(running go 1\.20/,
    ],
    [
      "cannot reach the module proxy",
      `[ "$1" = env ] && echo go1.26.0 && exit 0; echo "go: example.com/a@v1.0.0: dial tcp: lookup proxy.example.com: no such host" >&2; exit 1`,
      /go could not download the modules; is there a network connection.*no such host/,
    ],
    [
      "fails to compile",
      `[ "$1" = env ] && echo go1.26.0 && exit 0; echo "link: no space left on device" >&2; exit 1`,
      /go build failed: link: no space left on device/,
    ],
  ];
  for (const [title, script, reason] of failingGo) {
    it(`says so when Go ${title}, and leaves nothing half-built`, async () => {
      tool("go", script);

      await assert.rejects(acquire(), reason);
      assert.deepEqual(readdirSync(join(root, "cache", "engine")), []);
    });
  }

  it("builds with Go's caches in the cache folder when there is no home directory", async () => {
    const seen = join(root, "seen");
    tool("go", `echo "$GOPATH $GOCACHE $GOFLAGS $GOWORK" > ${seen}\n${FAKE_GO}`);
    const { HOME, GOPATH, GOCACHE } = process.env;
    for (const name of ["HOME", "GOPATH", "GOCACHE"]) delete process.env[name];
    try {
      await acquire();
    } finally {
      Object.assign(process.env, JSON.parse(JSON.stringify({ HOME, GOPATH, GOCACHE })));
    }

    const go = join(root, "cache", "go");
    assert.equal(readFileSync(seen, "utf8"), `${go} ${join(go, "build-cache")} -mod=readonly off\n`);
  });

  it("tries only the source that TRAILKEEPER_ENGINE names", async () => {
    tool("go", FAKE_GO);
    process.env.TRAILKEEPER_ENGINE = "path";

    await assert.rejects(acquire(), /had:\n {2}- PATH: no pulumi\nInstall/);
    assert.equal(existsSync(join(root, "cache")), false);
  });

  it("rejects a TRAILKEEPER_ENGINE that names no source", async () => {
    process.env.TRAILKEEPER_ENGINE = "docker";

    await assert.rejects(acquire(), /TRAILKEEPER_ENGINE is "docker"; use path, download, go-build/);
  });

  it("says what to remove when the engine in the cache does not run", async () => {
    tool("go", FAKE_GO);
    const { command } = await acquire();
    writeFileSync(command.command, "#!/bin/sh\nexit 1\n");

    await assert.rejects(acquire(), /does not run .*remove that folder and run this again/s);
  });
});

describe("engineErrorReason", () => {
  it("finds the engine's errors in the output of a failed command", () => {
    const error = new Error(
      "code: -2\n stderr: Command failed\nerror: no such stack\n err?: x\nerror: no such stack",
    );
    assert.equal(engineErrorReason(error), "no such stack");
  });

  it("falls back to the first line", () => {
    assert.equal(engineErrorReason(new Error("spawn failed\nat x")), "spawn failed");
  });
});
