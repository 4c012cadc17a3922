import assert from "node:assert/strict";
import { deflateRawSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { GzipError, gunzip, isGzip } from "../../formats/gzip";

const MIB = 2 ** 20;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("gunzip", () => {
  it("unpacks what gzip packed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const { data, trailingBytes } = gunzip(gzipSync(bytes), MIB);
        assert.deepEqual(Buffer.from(data), Buffer.from(bytes));
        assert.equal(trailingBytes, 0);
      }),
    );
  });

  it("joins the members of a concatenated file", () => {
    const { data } = gunzip(Buffer.concat([gzipSync("one "), gzipSync(""), gzipSync("two")]), MIB);
    assert.equal(text(data), "one two");
  });

  it("keeps the data and counts the bytes that follow it", () => {
    assert.deepEqual(gunzip(Buffer.concat([gzipSync("data"), Buffer.from("rubbish")]), MIB), {
      data: Buffer.from("data"),
      trailingBytes: 7,
    });
  });

  it("takes zero padding for no trailing data", () => {
    assert.equal(gunzip(Buffer.concat([gzipSync("data"), Buffer.alloc(512)]), MIB).trailingBytes, 0);
  });

  it("steps over every optional header field", () => {
    const plain = gzipSync("data");
    const header = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 255]),
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from("name.json\0comment\0"),
      Buffer.from([0x12, 0x34]),
    ]);
    const file = Buffer.concat([header, deflateRawSync("data"), plain.subarray(-8)]);
    assert.equal(text(gunzip(file, MIB).data), "data");
  });

  it("refuses a file cut off anywhere", () => {
    const file = gzipSync(JSON.stringify({ Records: Array.from({ length: 20 }, (_, n) => ({ n })) }));
    for (let length = 2; length < file.length; length++) {
      assert.throws(() => gunzip(file.subarray(0, length), MIB), GzipError, `cut to ${length} bytes`);
    }
  });

  it("refuses damaged data by its checksum", () => {
    const file = gzipSync("data", { level: 0 });
    file[16] = (file[16] ?? 0) ^ 1;
    assert.throws(() => gunzip(file, MIB), /damaged/);
  });

  it("refuses to unpack beyond the limit, also in several members", () => {
    const member = gzipSync(Buffer.alloc(600_000));
    assert.equal(gunzip(member, MIB).data.length, 600_000);
    assert.throws(() => gunzip(Buffer.concat([member, member]), MIB), /unpacks to more than 1 MiB/);
  });

  it("never fails in another way than with GzipError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        const file = Uint8Array.from([0x1f, 0x8b, 8, ...tail]);
        assert.ok(isGzip(file));
        try {
          gunzip(file, MIB);
        } catch (error) {
          assert.ok(error instanceof GzipError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
