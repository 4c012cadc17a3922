import type { StringTest } from "./model";

/** A function that says whether a text matches a pattern as a whole. */
export function compilePattern({ parts, cased }: StringTest): (text: string) => boolean {
  const fold = cased ? (text: string) => text : foldCase;
  // The common shapes are answered by the engine's own string search.
  const shape = parts.map((part) => ("text" in part ? "t" : part.wildcard)).join("");
  const [text = ""] = parts.flatMap((part) => ("text" in part ? [fold(part.text)] : []));
  switch (shape) {
    case "":
    case "t":
      return (value) => fold(value) === text;
    case "*":
      return () => true;
    case "t*":
      return (value) => fold(value).startsWith(text);
    case "*t":
      return (value) => fold(value).endsWith(text);
    case "*t*":
      return (value) => fold(value).includes(text);
    default:
      return compileGlob(parts, fold);
  }
}

type Token = string | typeof ONE | typeof MANY;
const ONE = 1;
const MANY = 2;

/**
 * Greedy with a single way back, to the last `*`: time is bounded by the product of the two lengths. `?` is one Unicode
 * character.
 */
function compileGlob(parts: StringTest["parts"], fold: (text: string) => string): (text: string) => boolean {
  const tokens = parts.flatMap((part): Token[] =>
    "text" in part ? fold(part.text).split("") : [part.wildcard === "*" ? MANY : ONE],
  );
  return (value) => {
    const text = fold(value);
    let position = 0;
    let starAt = -1;
    let resumeAt = 0;
    for (let t = 0; t < text.length;) {
      const token = tokens[position];
      if (token === MANY) {
        starAt = position++;
        resumeAt = t;
      } else if (token === ONE) {
        position++;
        t += isPairAt(text, t) ? 2 : 1;
      } else if (token === text[t]) {
        position++;
        t++;
      } else if (starAt >= 0) {
        position = starAt + 1;
        t = ++resumeAt;
      } else {
        return false;
      }
    }
    return tokens.slice(position).every((token) => token === MANY);
  };
}

/** Whether a character outside the Basic Multilingual Plane, which takes two UTF-16 units, stands there. */
function isPairAt(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}

/**
 * Lower case, character by character: JavaScript's own writes a sigma at the end of a word differently, so that a word
 * would not start with its beginning, and makes two characters of a dotted capital I.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length && !lower.includes("ς")) return lower;
  return Array.from(text, (character) => {
    const folded = character.toLowerCase();
    return folded.length === character.length ? folded : character;
  }).join("");
}
