import assert from "node:assert/strict";
import { sentence, sentenceProblems, shown } from "../../detections/sentence";

const event = {
  eventName: "CreateAccessKey",
  eventTime: "2026-11-25T10:00:00Z",
  recipientAccountId: "111122223333",
  awsRegion: "eu-west-1",
  sourceIPAddress: "198.51.100.7",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice" },
  requestParameters: { userName: "bob", password: "hunter2", items: [{ id: "a" }, { id: "b" }], port: 22 },
};
const facts = { event, count: 7, targets: ["a", "b", "c", "d", "e"] };

describe("sentence", () => {
  for (const [template, expected] of [
    ["{actor} created a key for {requestParameters.userName}", "user/alice created a key for bob"],
    ["{account} {region} {source_ip} {count}", "111122223333 eu-west-1 198.51.100.7 7"],
    ["on {targets}", "on a, b, c and 2 more"],
    ["{requestParameters.items.id}, port {requestParameters.port}", "a, b, port 22"],
    ["{requestParameters.absent} and {requestParameters}", "unknown and unknown"],
    ["{requestParameters.password}", "hidden"],
    ["no place", "no place"],
  ] as const) {
    it(`fills ${template}`, () => assert.equal(sentence(template, facts), expected));
  }

  it("lets a value neither add lines, nor bring places of its own, nor run on", () => {
    const nasty = { ...event, requestParameters: { userName: `x\n{actor}\u202e${"y".repeat(500)}` } };

    const text = sentence("for {requestParameters.userName}", { ...facts, event: nasty });

    assert.match(text, /^for x \{actor\} y+\.\.\.$/);
    assert.ok(text.length < 210);
  });
});

describe("sentenceProblems", () => {
  for (const template of ["{actor} did {requestParameters.name}", "plain", "{ targets }"])
    it(`has none with ${template}`, () => assert.deepEqual(sentenceProblems(template), []));

  for (const [template, problem] of [
    ["{responseElements.accessKey.secretAccessKey}", /secret/],
    ["{two words}", /neither a field/],
    ["{}", /neither a field/],
    ["{actor", /brace/],
  ] as const)
    it(`finds one with ${template}`, () => assert.match(sentenceProblems(template).join(), problem));
});

describe("shown", () => {
  it("shows no half of a secret where a long text is cut", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for (let before = 4040; before < 4110; before++) {
      assert.ok(!shown(`${"password=x ".repeat(500).slice(0, before)} ${secret}`, 10_000).includes("wJalr"));
    }
  });
});
