import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { unpackLog } from "../../../formats/cloudtrail/log-stream";

async function unpack(pieces: readonly Uint8Array[], name = "log.json.gz") {
  const unpacked: Uint8Array[] = [];
  const warnings: string[] = [];
  for await (const piece of unpackLog(pieces, name, (reason) => warnings.push(reason))) unpacked.push(piece);
  return { text: Buffer.concat(unpacked).toString(), warnings };
}

describe("unpackLog", () => {
  const text = '{"Records":[]}';

  it("goes by the content, not by the name", async () => {
    assert.equal((await unpack([gzipSync(text)], "log.json")).text, text);
    assert.equal((await unpack([Buffer.from(text)])).text, text);
  });

  it("tells gzip by bytes that come one by one", async () => {
    const pieces = [...gzipSync(text)].map((byte) => Buffer.from([byte]));
    assert.equal((await unpack(pieces)).text, text);
  });

  it("warns of bytes behind the gzip data", async () => {
    const { warnings } = await unpack([gzipSync(text), Buffer.from("more")]);
    assert.deepEqual(warnings, ["the bytes after the gzip data are no gzip data and were left out"]);
  });

  it("refuses other content under a gzip name", async () => {
    await assert.rejects(unpack([Buffer.from("PK\u0003\u0004")]), {
      name: "LogFileError",
      message: /neither gzip nor JSON/,
    });
  });

  it("says that gzip data is cut off", async () => {
    await assert.rejects(unpack([gzipSync(text).subarray(0, 20)]), {
      name: "LogFileError",
      message: /cut off/,
    });
  });

  it("gives nothing for nothing", async () => {
    assert.equal((await unpack([])).text, "");
  });
});
