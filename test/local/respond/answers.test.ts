import assert from "node:assert/strict";
import { type Answer, needlessResponses, resultsOf, wrongAnswers } from "../../../local/respond/answers";
import { answer, outcome } from "./answer-fixtures";

describe("answers to an attack", () => {
  it("become results: what, on what, how, and how soon", () => {
    assert.deepEqual(resultsOf([answer({ seconds: 1.23456 })]), [
      {
        playbook: "deactivate-access-key",
        target: "ana AKIAEXAMPLE0000000A1",
        mode: "enforce",
        result: "done",
        seconds: 1.235,
        verified: true,
      },
    ]);
  });

  it("are no results where the bus was told of none, and not verified where it was not seen", () => {
    const results = resultsOf([answer({ outcome: undefined }), answer({ seconds: undefined })]);

    assert.deepEqual(
      results.map(({ seconds, verified }) => [seconds, verified]),
      [[null, false]],
    );
  });

  it("are right when each response is done, and the account shows it", () => {
    assert.deepEqual(wrongAnswers([answer(), answer()]), []);
  });

  const wrong: [string, Partial<Answer>, RegExp][] = [
    [
      "nothing was done",
      { outcome: undefined, seconds: undefined },
      /^the attacker made a key; it was not seen that the same key is refused, and the alert bus heard of no response deactivate-access-key$/,
    ],
    [
      "a response only proposes",
      { outcome: outcome({ status: "proposed", sentence: "Would deactivate it" }), seconds: undefined },
      /it was not seen.*its response is proposed: Would deactivate it$/,
    ],
    ["a response says that it is done, and is not", { seconds: undefined }, /it was not seen.*is done/],
    [
      "somebody else has contained it",
      { outcome: outcome({ status: "skipped", reason: "already-contained" }) },
      /it was seen that the same key is refused, and its response is skipped/,
    ],
  ];
  for (const [what, part, message] of wrong)
    it(`are wrong when ${what}`, () => {
      const problems = wrongAnswers([answer(), answer(part)]);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", message);
    });
});

describe("needless responses", () => {
  const done = outcome();

  it("are none when each due response is done once, and other alerts find it done", () => {
    const found = outcome({ id: "b", status: "skipped", reason: "already-contained" });
    assert.deepEqual(needlessResponses([answer({ outcome: done })], [done, found]), []);
  });

  it("are those that are done twice", () => {
    const problems = needlessResponses([answer({ outcome: done })], [done, done]);
    assert.deepEqual(problems, [`response ${done.id} was made more than once`]);
  });

  it("are those that nobody asked for", () => {
    const other = outcome({ id: "b", sentence: "Quarantined user carl" });
    const problems = needlessResponses([answer({ outcome: done })], [other, done]);
    assert.deepEqual(problems, ["response b was not due: Quarantined user carl"]);
  });
});
