/**
 * A text of unknown origin as Markdown that shows it and does nothing else: no markup, link, image, mention of a person
 * or HTML comes of it (CommonMark, "Backslash escapes"; GitHub's own extensions are cut off by entities).
 */
export function inline(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@/g, "&#64;")
    .replace(/#/g, "&#35;")
    .replace(/:/g, "&#58;")
    .replace(/www\./gi, (match) => `${match.slice(0, -1)}&#46;`)
    .replace(/[\\`*_{}[\]()+\-!|~]/g, "\\$&");
}

/** A table; cells are Markdown already. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (right.includes(column) ? "---:" : "---"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A part that is folded until somebody opens it. */
export function folded(summary: string, body: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
