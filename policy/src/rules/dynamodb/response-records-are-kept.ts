import { nist, securityHub } from "../../controls";
import type { StackGraph } from "../../graph";
import type { Resource } from "../../resource";
import { isResponder } from "../../responder";
import type { GraphRule, RuleContext } from "../../rule";
import { STACK_PATTERN, matchesStack } from "../../stack-identity";
import { CUSTOMER_KEY, FUNCTION, TABLE } from "../../tokens";
import { COMPLIANT, NOT_APPLICABLE, type Verdict, undecided, violation } from "../../verdict";

export const responseRecordsAreKept: GraphRule = {
  id: "response-records-are-kept",
  scope: "graph",
  service: "dynamodb",
  severity: "high",
  title: "Tables that a responder keeps its records in can be restored, and deleted by nobody by mistake",
  rationale: "without its records nobody can tell what a responder did, or take it back",
  fix: "Give the table pointInTimeRecovery.enabled, serverSideEncryption with a kmsKeyArn, and deletionProtectionEnabled; the owner of the policy configuration may list the stack under disposableStacks.",
  controls: [
    securityHub("DynamoDB.2"),
    securityHub("DynamoDB.6"),
    ...nist("AU-9", "CP-9", "CP-10", "SI-12", "SI-13(5)"),
  ],
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html#dynamodb-2",
  types: TABLE,
  settings: {
    disposableStacks: {
      description: "Stacks whose records may be deleted with them, as PROJECT/STACK with * as wildcard.",
      pattern: STACK_PATTERN,
    },
  },
  check: (table, graph, context) => {
    if (!keepsRecords(table, graph)) return NOT_APPLICABLE;
    const verdicts = [checkRecovery(table), checkKey(table, graph), checkDeletion(table, context)];
    return (
      verdicts.find(({ outcome }) => outcome === "violation") ??
      verdicts.find(({ outcome }) => outcome === "undecided") ??
      COMPLIANT
    );
  },
};

/** A responder learns its table's name from its environment, which the engine knows to be made from the table. */
function keepsRecords(table: Resource, graph: StackGraph): boolean {
  return graph
    .ofType(FUNCTION)
    .some(
      (lambda) => isResponder(lambda) && lambda.sources("environment").some(({ urn }) => urn === table.urn),
    );
}

function checkRecovery(table: Resource): Verdict {
  const reading = table.readInput("pointInTimeRecovery", "enabled");
  if (reading.state === "unknown") return undecided(reading.path);
  return reading.state === "known" && reading.value === true
    ? COMPLIANT
    : violation("pointInTimeRecovery is not enabled");
}

function checkKey(table: Resource, graph: StackGraph): Verdict {
  const key = table.readInput("serverSideEncryption", "kmsKeyArn");
  if (key.state === "unknown")
    return graph.isMadeFrom(table, "serverSideEncryption", CUSTOMER_KEY) ? COMPLIANT : undecided(key.path);
  return key.state === "known" && key.value !== ""
    ? COMPLIANT
    : violation("serverSideEncryption names no kmsKeyArn");
}

function checkDeletion(table: Resource, context: RuleContext): Verdict {
  if (matchesStack(context.strings("disposableStacks"), context.identity)) return COMPLIANT;
  const reading = table.read("deletionProtectionEnabled");
  if (reading.state === "unknown") return undecided(reading.path);
  return reading.state === "known" && reading.value === true
    ? COMPLIANT
    : violation("deletionProtectionEnabled is off");
}
