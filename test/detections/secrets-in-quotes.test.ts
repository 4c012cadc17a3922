import assert from "node:assert/strict";
import { maskSecrets } from "../../detections/secrets";
import { parseRules } from "../../detections/sigma/parse";

describe("secrets", () => {
  for (const [text, masked] of [
    ['{"password": "my long pass"} x', '{"password": "[hidden]"} x'],
    ['password="a b;c" x', 'password="[hidden]" x'],
    ['{\\"password\\":\\"hunter2\\"}', '{\\"password\\":\\"[hidden]\\"}'],
    ["{'secretString': 'a b'}", "{'secretString': '[hidden]'}"],
    ["tool --db-password hunter2 -v", "tool --db-password [hidden] -v"],
  ] as const)
    it(`are hidden whole: ${text}`, () => {
      assert.equal(maskSecrets(text), masked);
    });

  it("are neither counted by correlations nor shown under another name", () => {
    const base =
      "title: a\nid: a\nlevel: low\nlogsource: { product: aws, service: cloudtrail }\ndetection:\n  s: { eventName: A }\n  condition: s\n";
    const counting = (rest: string) =>
      `${base}---\ntitle: v\nid: v\nlevel: high\ncorrelation:\n  type: value_count\n  rules: [a]\n  timespan: 1h\n${rest}`;
    for (const rest of [
      "  condition: { gte: 1, field: requestParameters.masterUserPassword }\n",
      "  aliases: { thing: { a: requestParameters.masterUserPassword } }\n  condition: { gte: 1, field: thing }\ncustom: { trailkeeper: { targets: [thing] } }\n",
    ]) {
      const { problems } = parseRules([{ file: "r.yml", text: counting(rest) }]);
      assert.match(problems.map(({ message }) => message).join(), /may hold a secret/);
    }
  });
});
