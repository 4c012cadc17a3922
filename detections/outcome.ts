import { allOf, anyOf, not } from "./sigma/condition-tree";
import type { Condition, Outcome } from "./sigma/model";
import { fieldIs } from "./sigma/pattern";

/**
 * A call has failed when the record has an error, or is a console sign-in that was refused: those carry the verdict in
 * `responseElements`, with or without an error (CloudTrail User Guide, "AWS Management Console sign-in events").
 */
export const FAILED: Condition = anyOf([
  { op: "field", field: "errorCode", test: { kind: "exists", value: true } },
  { op: "field", field: "errorMessage", test: { kind: "exists", value: true } },
  fieldIs("responseElements.ConsoleLogin", "Failure"),
]);

/** The opposite, as a conjunction: each part is one that other query languages can say. */
export const SUCCEEDED: Condition = allOf([
  { op: "field", field: "errorCode", test: { kind: "null" } },
  { op: "field", field: "errorMessage", test: { kind: "null" } },
  not(fieldIs("responseElements.ConsoleLogin", "Failure")),
]);

/** What a rule's `outcome` asks of an event; undefined for `any`. */
export function outcomeCondition(outcome: Outcome): Condition | undefined {
  switch (outcome) {
    case "success":
      return SUCCEEDED;
    case "failure":
      return FAILED;
    case "any":
      return undefined;
  }
}
