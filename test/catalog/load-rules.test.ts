import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadRules, SHIPPED_RULES_FOLDER } from "../../catalog/load-rules";

const RULE = `title: A rule
logsource: { product: aws, service: cloudtrail }
detection: { sel: { eventName: X }, condition: sel }
level: low
`;

describe("loadRules", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rules-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (path: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const filesOf = ({ rules }: ReturnType<typeof loadRules>) => rules.map(({ source }) => source.file);

  it("reads .yml and .yaml files of all folders below in a stable order, examples and other files left out", () => {
    write("b/rule.yml", RULE);
    write("a.yaml", RULE);
    write("b/a/deep.yml", RULE);
    write("b/rule.test.yml", "matches: []");
    write("b/rule.test.yaml", "matches: []");
    write("README.md", "# no rule");
    const loaded = loadRules(folder);
    assert.deepEqual(loaded.problems, []);
    assert.deepEqual(filesOf(loaded), ["a.yaml", "b/a/deep.yml", "b/rule.yml"]);
  });

  it("lists a file that is not UTF-8, and loads the others", () => {
    write("bad.yml", Buffer.from([...Buffer.from("title: caf"), 0xe9, 0x0a]));
    write("good.yml", RULE);
    const loaded = loadRules(folder);
    assert.deepEqual(filesOf(loaded), ["good.yml"]);
    assert.deepEqual(loaded.problems, [
      { file: "bad.yml", line: 1, message: "is not UTF-8; save it in that encoding", severity: "error" },
    ]);
  });

  it("takes a byte order mark and Windows line ends", () => {
    write("rule.yml", `\uFEFF${RULE.replaceAll("\n", "\r\n")}`);
    const loaded = loadRules(folder);
    assert.deepEqual(loaded.problems, []);
    assert.equal(loaded.rules.length, 1);
  });

  it("lists a link that leads nowhere, and a folder that is called like a rule is a folder", () => {
    symlinkSync(join(folder, "nowhere"), join(folder, "link.yml"));
    write("folder.yml/rule.yml", RULE);
    const loaded = loadRules(folder);
    assert.deepEqual(filesOf(loaded), ["folder.yml/rule.yml"]);
    assert.deepEqual(
      loaded.problems.map(({ file, message }) => [file, message]),
      [["link.yml", "does not exist; check the path"]],
    );
  });

  it("reads rules through links", () => {
    write("real/rule.yml", RULE);
    symlinkSync(join(folder, "real/rule.yml"), join(folder, "real/linked.yml"));
    assert.deepEqual(filesOf(loadRules(join(folder, "real"))), ["linked.yml", "rule.yml"]);
  });

  it("says what is wrong with the folder itself", () => {
    write("file.yml", RULE);
    const messages = (path: string) => loadRules(path).problems.map(({ file, message }) => [file, message]);
    assert.deepEqual(messages(join(folder, "missing")), [
      [join(folder, "missing"), "does not exist; check the path"],
    ]);
    assert.deepEqual(messages(join(folder, "file.yml")), [
      [join(folder, "file.yml"), "is no folder; give the folder that the rules are in"],
    ]);
    mkdirSync(join(folder, "empty"));
    assert.deepEqual(messages(join(folder, "empty")), [
      [join(folder, "empty"), "holds no rule files (.yml or .yaml); give the folder that rules are in"],
    ]);
  });

  it("passes on what the parser says of a file", () => {
    write("a/broken.yml", RULE.replace("eventName", "eventName|wide"));
    const [problem] = loadRules(folder).problems;
    assert.equal(problem?.file, "a/broken.yml");
    assert.equal(problem?.line, 3);
  });
});

describe("the shipped rules", () => {
  it("are all usable", () => {
    const { rules, problems } = loadRules(SHIPPED_RULES_FOLDER);
    assert.deepEqual(problems, []);
    assert.ok(rules.length > 0);
  });
});
