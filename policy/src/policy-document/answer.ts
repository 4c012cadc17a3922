import { UNKNOWN } from "../properties";
import type { PatternList, PolicyText } from "./document";

/** Three-valued answer. */
export type Answer = "yes" | "no" | "unknown";

/** Actions ignore case (IAM User Guide, "AWS JSON policy elements: Action"). */
export function lowerCased(list: PatternList): PatternList {
  const patterns = list.patterns.map((pattern) => (pattern === UNKNOWN ? pattern : pattern.toLowerCase()));
  return { ...list, patterns };
}

/** Whether a text is in the list, by what matches one of its patterns. */
export function matchesList(list: PatternList, matches: (pattern: string) => boolean): Answer {
  const answer = some(list.patterns, (pattern) =>
    pattern === UNKNOWN ? "unknown" : matches(pattern) ? "yes" : "no",
  );
  if (!list.negated || answer === "unknown") return answer;
  return answer === "yes" ? "no" : "yes";
}

export function textIs(text: PolicyText, wanted: string): Answer {
  if (text === UNKNOWN) return "unknown";
  return text === wanted ? "yes" : "no";
}

export function both(first: Answer, second: Answer): Answer {
  if (first === "no" || second === "no") return "no";
  return first === "yes" ? second : first;
}

export function either(first: Answer, second: Answer): Answer {
  if (first === "yes" || second === "yes") return "yes";
  return first === "no" ? second : first;
}

export function every<Item>(items: readonly Item[], ask: (item: Item) => Answer): Answer {
  let answer: Answer = "yes";
  for (const item of items) {
    answer = both(answer, ask(item));
    if (answer === "no") break;
  }
  return answer;
}

export function some<Item>(items: readonly Item[], ask: (item: Item) => Answer): Answer {
  let answer: Answer = "no";
  for (const item of items) {
    answer = either(answer, ask(item));
    if (answer === "yes") break;
  }
  return answer;
}
