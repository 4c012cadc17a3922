import assert from "node:assert/strict";
import fc from "fast-check";
import { IdentityMemory, type WrittenIdentity } from "../../../formats/cloudtrail/record-identity";

function read(
  memory: IdentityMemory,
  text: string,
  behind = ',"eventTime":"x"}',
): WrittenIdentity | undefined {
  const bytes = Buffer.from(`{"userIdentity":${text}${behind}\0`);
  return memory.read(bytes, '{"userIdentity":'.length, bytes.length - 1);
}

const session = (accessKeyId: string, more: object = {}): string =>
  JSON.stringify({
    type: "AssumedRole",
    principalId: "AROAEXAMPLEEXAMPLE001:session-of-a-function",
    arn: "arn:aws:sts::111122223333:assumed-role/function/session-of-a-function",
    accessKeyId,
    ...more,
  });

describe("IdentityMemory", () => {
  it("gives one object for the same bytes, whatever is behind them, and others for other bytes", () => {
    const identity = fc.dictionary(
      fc.constantFrom("type", "arn", "a"),
      fc.constantFrom("x", "yy", null, 1, {}, [1]),
    );
    fc.assert(
      fc.property(fc.array(identity, { maxLength: 20 }), fc.boolean(), (identities, indented) => {
        const memory = new IdentityMemory();
        const byText = new Map<string, WrittenIdentity>();
        for (const one of identities) {
          const text = JSON.stringify(one, undefined, indented ? 1 : undefined);
          const found = read(memory, text, `,"a":"${byText.size}"}`);
          assert.ok(found);
          assert.equal(found.bytes.toString(), text);
          assert.equal(found, byText.get(text) ?? found);
          assert.equal(found.isRepeated, byText.has(text));
          byText.set(text, found);
        }
        assert.equal(new Set(byText.values()).size, byText.size);
      }),
    );
  });

  it("tells sessions apart that differ in their keys alone, and knows the latest again", () => {
    const memory = new IdentityMemory();
    for (let key = 0; key < 20; key++) read(memory, session(`ASIA${key}`));
    const again = [18, 19, 0].map((key) => read(memory, session(`ASIA${key}`)));
    assert.deepEqual(
      again.map((one) => [one?.text("accessKeyId"), one?.isRepeated]),
      [
        ["ASIA18", true],
        ["ASIA19", true],
        ["ASIA0", false],
      ],
    );
  });

  it("forgets identities rather than growing without end", () => {
    const memory = new IdentityMemory();
    const text = (number: number): string => JSON.stringify({ type: `${number}` });
    for (let number = 0; number < 5_000; number++) read(memory, text(number));
    assert.deepEqual(
      [read(memory, text(4_999))?.isRepeated, read(memory, text(0))?.isRepeated],
      [true, false],
    );
  });

  for (const [what, text] of [
    ["is broken", '{"type":"Root",}'],
    ["is not all there", '{"type":"Ro'],
  ] as const) {
    it(`gives nothing for what ${what}, although its like was read before`, () => {
      const memory = new IdentityMemory();
      read(memory, '{"type":"Root"}');
      assert.equal(read(memory, text, ""), undefined);
    });
  }

  it("tells what a scan of it tells", () => {
    const found = read(new IdentityMemory(), '{"type":\n"\\u0052oot","a":\n{"b":[]}}');
    assert.ok(found);
    assert.deepEqual([found.depth, found.newlines, found.hasEscapedLetter], [3, 2, true]);
  });
});

describe("WrittenIdentity", () => {
  const identity = read(
    new IdentityMemory(),
    session("ASIA1", {
      sessionContext: {
        sessionIssuer: { userName: 'b\u00f6b"' },
        attributes: [{ mfaAuthenticated: "true" }],
        a: 1,
      },
      userName: null,
    }),
  );
  const fields: readonly [field: string, text: string | null | undefined][] = [
    ["accessKeyId", "ASIA1"],
    ["sessionContext.sessionIssuer.userName", 'b\u00f6b"'],
    ["sessionContext.sessionIssuer.arn", undefined],
    ["sessionContext.sessionIssuer.userName.length", undefined],
    ["userName", undefined],
    ["toString", undefined],
    ["sessionContext.sessionIssuer", null],
    ["sessionContext.a", null],
    ["sessionContext.attributes.mfaAuthenticated", null],
  ];
  for (const [field, text] of fields) {
    it(`says ${text === null ? "that only parsing will tell" : String(text)} for ${field}`, () => {
      assert.equal(identity?.text(field), text);
      assert.equal(identity?.text(field), text);
    });
  }
});
