/** Controls but the line feed, line separators, and the marks that reverse the reading direction. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;

/** Text for a terminal. An attacker chooses names that records quote; none of them may steer the terminal. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "\uFFFD");
}

/** JSON for a terminal or a program: the same is escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
