import { matchesWildcards } from "./wildcards";

/**
 * IAM's `ArnLike`: each of the six colon-separated components is matched on its own, with `*` (any run) and `?` (any
 * one character) inside it, so a `*` never reaches over a colon into the next component; the sixth, the resource,
 * keeps its own colons. Case sensitive. Anything with fewer than six components matches nothing, on either side.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators", ARN condition operators.
 */
export function arnLike(pattern: string, arn: string): boolean {
  const patternParts = components(pattern);
  const arnParts = components(arn);
  if (!patternParts || !arnParts) return false;
  return patternParts.every((part, index) => matchesWildcards(part, arnParts[index] ?? "", "?"));
}

const COMPONENT_COUNT = 6;

function components(text: string): readonly string[] | undefined {
  const parts = text.split(":");
  if (parts.length < COMPONENT_COUNT) return undefined;
  return [...parts.slice(0, COMPONENT_COUNT - 1), parts.slice(COMPONENT_COUNT - 1).join(":")];
}
