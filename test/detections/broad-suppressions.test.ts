import assert from "node:assert/strict";
import { parseRules } from "../../detections/sigma/parse";
import { parseSuppressions } from "../../detections/suppression-file";

const { rules } = parseRules([
  {
    file: "rule.yml",
    text: "title: t\nid: one\nlevel: high\nlogsource: { product: aws, service: cloudtrail }\ndetection:\n  s: { eventName: X }\n  condition: s\n",
  },
]);

function problemsOf(match: string): string[] {
  const text = `- rule: one\n  match: ${match}\n  reason: r\n  owner: o\n  expires: 2030-01-31\n`;
  return parseSuppressions(text, "s.yml", { rules, now: new Date("2026-01-01") }).problems.map(
    (p) => p.message,
  );
}

describe("a suppression that as good as every event satisfies", () => {
  for (const match of [
    "{ userIdentity.arn: 'arn:*' }",
    "{ userIdentity.arn|re: '.+' }",
    "{ userIdentity.arn|fieldref: userIdentity.arn }",
    "{ sourceIPAddress|cidr: [0.0.0.0/1, 128.0.0.0/1] }",
    "{ eventTime: '2*' }",
    "{ requestParameters: '*a*' }",
    "{ requestParameters.size|gte: 0 }",
  ])
    it(`is refused: ${match}`, () => {
      assert.match(problemsOf(match).join(), /too broad/);
    });

  for (const match of [
    "{ userIdentity.arn: 'arn:aws:iam::111122223333:role/Deploy' }",
    "{ userIdentity.arn: '*:assumed-role/Deploy/*' }",
    "{ sourceIPAddress|cidr: 10.0.0.0/8 }",
    "{ userIdentity.arn|re: 'role/Deploy-[0-9]+' }",
  ])
    it(`is unlike one that tells events apart: ${match}`, () => {
      assert.deepEqual(problemsOf(match), []);
    });
});
