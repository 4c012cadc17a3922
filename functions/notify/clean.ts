/**
 * Characters that SQS refuses in a message (SQS API Reference, SendMessage: the XML 1.0 set) and that JSON does not
 * escape: lone surrogates and the two non-characters.
 */
const UNDELIVERABLE = /[\p{Surrogate}\uFFFE\uFFFF]/gu;

/** Controls, line separators, and the marks that reverse the reading direction of what follows them. */
const LAYOUT = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;
const LAYOUT_EXCEPT_LINES = /[^\P{Cc}\n\t]+|[\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** Replaces what no queue or topic would carry. */
export function deliverable(value: string): string {
  return value.replace(UNDELIVERABLE, "\uFFFD");
}

/**
 * One line of plain text. An attacker chooses names, user agents and error messages; none of them may forge a line of
 * the message or turn its reading direction.
 */
export function oneLine(value: string): string {
  return value.replace(LAYOUT, " ").replace(/ {2,}/g, " ").trim();
}

/** Plain text of our own making that may span lines, each indented by two spaces. */
export function indented(value: string): string {
  const lines = value.replace(/\r\n?/g, "\n").replace(LAYOUT_EXCEPT_LINES, " ").trimEnd().split("\n");
  return lines.map((line) => `  ${line}`.trimEnd()).join("\n");
}

/** One line of printable ASCII of at most `maxLength` characters; accents are dropped, other signs become `?`. */
export function asciiLine(value: string, maxLength: number): string {
  const plain = oneLine(value.normalize("NFKD").replace(/\p{Mn}/gu, "")).replace(/[^\x20-\x7E]/gu, "?");
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 3).trimEnd()}...`;
}
