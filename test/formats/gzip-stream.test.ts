import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { GzipError } from "../../formats/gzip";
import { gunzipStream } from "../../formats/gzip-stream";

function inPieces(bytes: Uint8Array, pieceBytes: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    pieces.push(bytes.subarray(start, start + pieceBytes));
  return pieces;
}

async function unpack(bytes: Uint8Array, pieceBytes = 1_000) {
  const pieces: Uint8Array[] = [];
  let trailing = false;
  let error: unknown;
  try {
    for await (const piece of gunzipStream(inPieces(bytes, pieceBytes), () => (trailing = true)))
      pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  return { text: Buffer.concat(pieces).toString(), trailing, error };
}

describe("gunzipStream", () => {
  const text = Array.from({ length: 50_000 }, (_, index) => `line ${index * 7919}`).join("\n");

  for (const pieceBytes of [1, 100, 1e9]) {
    const content = pieceBytes === 1 ? text.slice(0, 3_000) : text;
    it(`unpacks pieces of ${pieceBytes} bytes`, async () => {
      assert.deepEqual(await unpack(gzipSync(content), pieceBytes), {
        text: content,
        trailing: false,
        error: undefined,
      });
    });
    it(`unpacks members one after the other, in pieces of ${pieceBytes} bytes`, async () => {
      const members = Buffer.concat([gzipSync(content), gzipSync(""), gzipSync("end")]);
      assert.equal((await unpack(members, pieceBytes)).text, `${content}end`);
    });
  }

  it("gives what is there of data that is cut off, and then says so", async () => {
    const { text: found, error } = await unpack(gzipSync(text).subarray(0, -200));
    assert.ok(error instanceof GzipError && /cut off/.test(error.message));
    assert.ok(found.length > text.length / 2 && text.startsWith(found));
  });

  it("says that data is damaged", async () => {
    const bytes = gzipSync(text);
    bytes[bytes.length >> 1] = ~(bytes[bytes.length >> 1] ?? 0);
    const { error } = await unpack(bytes);
    assert.ok(error instanceof GzipError && /damaged|cut off/.test(error.message));
  });

  it("says that the checksum is wrong", async () => {
    const bytes = gzipSync(text);
    bytes[bytes.length - 6] = ~(bytes[bytes.length - 6] ?? 0);
    const { error } = await unpack(bytes);
    assert.ok(error instanceof GzipError && /damaged/.test(error.message));
  });

  it("tells of other bytes behind the data, and not of zeros", async () => {
    const packed = gzipSync(text);
    assert.deepEqual(await unpack(Buffer.concat([packed, Buffer.from("<html></html>")])), {
      text,
      trailing: true,
      error: undefined,
    });
    assert.deepEqual(await unpack(Buffer.concat([packed, Buffer.alloc(700)])), {
      text,
      trailing: false,
      error: undefined,
    });
  });

  it("passes on what goes wrong with the pieces", async () => {
    const pieces = async function* () {
      yield gzipSync(text).subarray(0, 100);
      await Promise.resolve();
      throw new Error("no network");
    };
    await assert.rejects(async () => {
      for await (const piece of gunzipStream(pieces(), () => undefined)) assert.ok(piece);
    }, /no network/);
  });

  it("gives back any bytes, however they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5_000 }),
        fc.integer({ min: 1, max: 400 }),
        async (bytes, size) => {
          const pieces: Uint8Array[] = [];
          for await (const piece of gunzipStream(inPieces(gzipSync(bytes), size), () => undefined))
            pieces.push(piece);
          assert.deepEqual(Buffer.concat(pieces), Buffer.from(bytes));
        },
      ),
      { numRuns: 50 },
    );
  });
});
