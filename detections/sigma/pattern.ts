import type { Condition, PatternPart } from "./model";

const ANY: PatternPart = { wildcard: "*" };

/**
 * Reads a Sigma string: `*` and `?` are wildcards, and a backslash takes the meaning from a wildcard or a backslash
 * after it; before anything else it stands for itself (Sigma rules specification 2.0, "Escaping").
 */
export function parsePattern(source: string): PatternPart[] {
  const parts: PatternPart[] = [];
  let text = "";
  const endText = () => {
    if (text !== "") parts.push({ text });
    text = "";
  };
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index);
    const next = source.charAt(index + 1);
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      text += next;
      index++;
    } else if (character === "*" || character === "?") {
      endText();
      if (character === "?" || !isAny(parts.at(-1))) parts.push({ wildcard: character });
    } else {
      text += character;
    }
  }
  endText();
  return parts;
}

/** The pattern with anything before it, after it, or both. */
export function widened(
  parts: readonly PatternPart[],
  where: { before?: boolean; after?: boolean },
): PatternPart[] {
  const before = where.before === true && !isAny(parts[0]) ? [ANY] : [];
  const widenedParts = [...before, ...parts];
  return where.after === true && !isAny(widenedParts.at(-1)) ? [...widenedParts, ANY] : widenedParts;
}

/** A field that matches a Sigma string, whatever the case. */
export function fieldIs(field: string, pattern: string): Condition {
  return { op: "field", field, test: { kind: "string", parts: parsePattern(pattern), cased: false } };
}

/** A field that matches a Sigma string, case included. */
export function isCased(field: string, pattern: string): Condition {
  return { op: "field", field, test: { kind: "string", parts: parsePattern(pattern), cased: true } };
}

function isAny(part: PatternPart | undefined): boolean {
  return part !== undefined && "wildcard" in part && part.wildcard === "*";
}
