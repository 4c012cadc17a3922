import { type Answer, both, lowerCased, matchesList, some, textIs } from "./answer";
import type { PolicyDocument, PolicyStatement } from "./document";
import { matchesPattern } from "./pattern";

/**
 * Whether whoever has these policies holds an action: some statement allows it, on whatever resources and under whatever
 * conditions, and none denies it on every resource without a condition.
 *
 * @param action with its service, in lower case
 */
export function holdsAction(documents: readonly PolicyDocument[], action: string): Answer {
  const statements = documents.flatMap((document) => document.statements);
  const hidden = documents.some(({ hasUnknownStatements }) => hasUnknownStatements);
  const orHidden = (answer: Answer): Answer => (answer === "no" && hidden ? "unknown" : answer);
  const isNamed = (statement: PolicyStatement) =>
    matchesList(lowerCased(statement.actions), (pattern) => matchesPattern(pattern, action));
  const allowed = some(statements, (statement) =>
    both(textIs(statement.effect, "Allow"), isNamed(statement)),
  );
  const denied = some(statements, (statement) =>
    both(both(textIs(statement.effect, "Deny"), isNamed(statement)), deniesEverywhere(statement)),
  );
  return both(orHidden(allowed), not(orHidden(denied)));
}

function deniesEverywhere({ resources, conditions }: PolicyStatement): Answer {
  if (resources.negated || conditions.length > 0) return "no";
  return some(resources.patterns, (pattern) => textIs(pattern, "*"));
}

function not(answer: Answer): Answer {
  if (answer === "unknown") return answer;
  return answer === "yes" ? "no" : "yes";
}
