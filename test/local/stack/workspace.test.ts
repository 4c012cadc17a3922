import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { acquireEngine } from "../../../local/engine/engine";
import { createStack } from "../../../local/stack/workspace";
import { writeWorkspaceFiles } from "../../../local/stack/workspace-files";

const PROJECT = `name: tiny
runtime: nodejs
config:
  tiny:greeting: { type: string, description: What to say }
`;
const STACK = `secretsprovider: awskms://alias/nobody
encryptedkey: AAAA
encryptionsalt: v1:AAAA
environment: [team/prod]
config:
  tiny:greeting: hello
  tiny:token: { secure: "v1:AAAA" }
  tiny:subscriptions:
    - { name: pager, protocol: https, endpoint: { secure: "v1:BBBB" } }
    - { name: mail, protocol: email, endpoint: { secure: "v1:CCCC" } }
    - { name: queue, protocol: sqs, endpoint: "arn:aws:sqs:eu-west-1:111122223333:q", "x.y": { secure: "v1:D" } }
`;

let root: string;
let projectDir: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trailkeeper-workspace-")));
  projectDir = join(root, "a project");
  mkdirSync(projectDir);
  writeFileSync(join(projectDir, "Pulumi.yaml"), PROJECT);
  writeFileSync(join(projectDir, "Pulumi.dev.yaml"), STACK);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("writeWorkspaceFiles", () => {
  const write = (stack = "dev") => writeWorkspaceFiles(projectDir, stack, join(root, "work"));
  const written = (name: string) =>
    parse(readFileSync(join(root, "work", name), "utf8")) as Record<string, unknown>;

  it("points main to the program where it stands and keeps the rest of the project file", async () => {
    const files = await write();

    assert.equal(files.project, "tiny");
    assert.deepEqual(written("Pulumi.yaml"), { ...(parse(PROJECT) as object), main: projectDir });
  });

  it("keeps a main of the project's own, relative to the project", async () => {
    writeFileSync(join(projectDir, "Pulumi.yaml"), `${PROJECT}main: src/\n`);
    await write();

    assert.equal(written("Pulumi.yaml").main, join(projectDir, "src"));
  });

  it("drops the owner's secrets provider, and replaces secrets by placeholders that fit their protocol", async () => {
    const files = await write();

    assert.deepEqual(files.placeholders, [
      { path: "tiny:token", value: "https://placeholder.invalid/" },
      { path: "tiny:subscriptions[0].endpoint", value: "https://placeholder.invalid/" },
      { path: "tiny:subscriptions[1].endpoint", value: "placeholder@placeholder.invalid" },
      { path: 'tiny:subscriptions[2]["x.y"]', value: "arn:aws:sqs:us-east-1:000000000000:placeholder" },
    ]);
    assert.deepEqual(files.environments, ["team/prod"]);
    const stack = written("Pulumi.dev.yaml");
    assert.deepEqual(Object.keys(stack), ["config"]);
    assert.doesNotMatch(JSON.stringify(stack), /secure/);
  });

  it("sets in the copy what a run sets besides, and instead of, the stack file", async () => {
    const settings = { "tiny:greeting": "good day", "tiny:modes": { one: "on" } };
    await writeWorkspaceFiles(projectDir, "dev", join(root, "work"), settings);

    const { config } = written("Pulumi.dev.yaml") as { config: Record<string, unknown> };
    assert.deepEqual([config["tiny:greeting"], config["tiny:modes"]], ["good day", { one: "on" }]);
    assert.ok("tiny:subscriptions" in config);
    assert.equal(readFileSync(join(projectDir, "Pulumi.dev.yaml"), "utf8"), STACK);
  });

  it("accepts an empty stack file", async () => {
    writeFileSync(join(projectDir, "Pulumi.dev.yaml"), "");
    assert.deepEqual((await write()).placeholders, []);
  });

  const failures: [title: string, break_: () => void, message: RegExp][] = [
    [
      "the project file is missing",
      () => rmSync(join(projectDir, "Pulumi.yaml")),
      /no Pulumi\.yaml in .*a project$/,
    ],
    [
      "the stack file is missing, and names the stacks there are",
      () => {
        rmSync(join(projectDir, "Pulumi.dev.yaml"));
        for (const name of ["qa", "prod"]) writeFileSync(join(projectDir, `Pulumi.${name}.yaml`), "");
      },
      /no Pulumi\.dev\.yaml in .*; its stacks are prod, qa$/,
    ],
    [
      "the stack file is no YAML, and shows where",
      () => writeFileSync(join(projectDir, "Pulumi.dev.yaml"), "config:\n  a: [1"),
      /Pulumi\.dev\.yaml is not valid YAML: .*line 2/s,
    ],
    [
      "the stack file holds a list",
      () => writeFileSync(join(projectDir, "Pulumi.dev.yaml"), "- a"),
      /Pulumi\.dev\.yaml must hold keys and values/,
    ],
  ];
  for (const [title, breakIt, message] of failures) {
    it(`says so when ${title}`, async () => {
      breakIt();
      await assert.rejects(write(), message);
    });
  }
});

describe("createStack with the real engine", function () {
  // The first time on a machine the engine is downloaded or built.
  this.timeout(1_200_000);

  it("runs the program unmodified, with placeholders as secrets and tags, and writes nothing into the project", async () => {
    writeFileSync(join(projectDir, "package.json"), `{ "name": "tiny", "main": "index.js" }`);
    writeFileSync(
      join(projectDir, "index.js"),
      `const config = new (require("@pulumi/pulumi").Config)("tiny");
       module.exports = {
         cwd: process.cwd(),
         greeting: config.get("greeting"),
         token: config.getSecret("token"),
         profile: process.env.AWS_PROFILE,
         endpoint: process.env.AWS_ENDPOINT_URL,
       };`,
    );
    symlinkSync(resolve("node_modules"), join(projectDir, "node_modules"));
    const read = () =>
      readdirSync(projectDir, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [name, readFileSync(join(projectDir, name), "utf8")]);
    const before = read();
    const told: string[] = [];
    const signal = new AbortController().signal;
    const engine = await acquireEngine(() => undefined, signal);

    const stack = await createStack({
      engine,
      projectDir,
      stackName: "dev",
      connection: {
        endpoint: "http://127.0.0.1:9",
        region: "eu-west-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      },
      providerPort: 9,
      runDir: join(root, "run 100%"),
      tags: { "trailkeeper:role": "audit" },
      tell: (line) => told.push(line),
    });
    const { outputs, summary } = await stack.up();

    assert.equal(summary.result, "succeeded");
    assert.deepEqual(outputs, {
      cwd: { value: projectDir, secret: false },
      greeting: { value: "hello", secret: false },
      token: { value: "https://placeholder.invalid/", secret: true },
      profile: { value: "", secret: false },
      endpoint: { value: "http://127.0.0.1:9", secret: false },
    });
    assert.equal(await stack.getTag("trailkeeper:role"), "audit");
    assert.deepEqual(read(), before);
    assert.match(told.join("\n"), /placeholders stand in for tiny:token, tiny:subscriptions\[0\]\.endpoint/);
    assert.match(told.join("\n"), /left out, because they need Pulumi Cloud: the environments team\/prod/);
  });
});
