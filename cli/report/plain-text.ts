import type { AlertLevel } from "../../detections/alert-identity";

/** Columns that reports keep to. */
export const WIDTH = 100;

/** Breaks a text at spaces into lines of at most {@link WIDTH} columns; words longer than a line are cut. */
export function wrap(text: string, indent = ""): string {
  const room = WIDTH - indent.length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, room))) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line].join("\n");
}

function pieces(word: string, length: number): string[] {
  if (word.length <= length) return [word];
  const parts: string[] = [];
  for (let start = 0; start < word.length; start += length) parts.push(word.slice(start, start + length));
  return parts;
}

/** A heading with a line under it. */
export function heading(text: string): string {
  return `${text}\n${"-".repeat(text.length)}`;
}

/** Columns of text, the widest cell of each telling its width; numbers stand right. The last column may be wide. */
export function columns(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return typeof cell === "number" ? textOf(cell).padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .slice(0, WIDTH)
        .trimEnd(),
    )
    .join("\n");
}

/** `1,234` */
export function textOf(value: string | number): string {
  return typeof value === "number" ? value.toLocaleString("en") : value;
}

/** `1 event`, `2 events` */
export function counted(count: number, noun: string): string {
  return `${textOf(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `2026-03-02 09:00:00 UTC` */
export function timeOf(isoTime: string): string {
  return `${isoTime.slice(0, 10)} ${isoTime.slice(11, 19)} UTC`;
}

const COLOURS: Readonly<Record<AlertLevel, string>> = {
  critical: "\x1b[1;97;41m",
  high: "\x1b[1;31m",
  medium: "\x1b[33m",
  low: "\x1b[36m",
  informational: "\x1b[2m",
};

/** A text in the colour of a level, where colours are understood. */
export function inLevelColour(text: string, level: AlertLevel, colours: boolean): string {
  return colours ? `${COLOURS[level]}${text}\x1b[0m` : text;
}
