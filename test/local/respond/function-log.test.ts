import assert from "node:assert/strict";
import { errorReasons } from "../../../local/respond/function-log";

describe("errors in a function's log", () => {
  const line = (fields: object) => JSON.stringify(fields);
  const cases: [string, string, string[]][] = [
    ["Lambda's own lines", "START RequestId: 1 Version: $LATEST", []],
    ["what went well", line({ level: "INFO", message: "response ended" }), []],
    ["warnings", line({ level: "WARN", message: "the outcome could not be read", reason: "x" }), []],
    ["metrics", line({ _aws: {}, Hits: 1 }), []],
    [
      "a failure",
      line({ level: "ERROR", message: "not done", reason: "AccessDenied: no" }),
      ["AccessDenied: no"],
    ],
    ["a failure without a reason", line({ level: "ERROR", message: "not done" }), ["not done"]],
    [
      "a target that another response held",
      line({
        level: "ERROR",
        message: "not done",
        reason: "UnfinishedAlertError: ResponseBusyError: another",
      }),
      [],
    ],
  ];
  for (const [what, text, reasons] of cases)
    it(`${reasons.length > 0 ? "are" : "are not"} ${what}`, () =>
      assert.deepEqual(errorReasons([text]), reasons));
});
