import { createHash } from "node:crypto";

/** HTML that is safe to stand in a page: written here, or escaped. */
export class Html {
  constructor(readonly markup: string) {}
}

type Insertable = Html | string | number | undefined | false | readonly Insertable[];

/**
 * HTML from a template: whatever is inserted is escaped, unless it is HTML itself. Good for element content and for
 * attributes in double quotes; never for scripts, styles or the values of `href` and event handlers.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  return new Html(strings.reduce((markup, text, index) => markup + markupOf(values[index - 1]) + text));
}

function markupOf(value: Insertable): string {
  if (value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(markupOf).join("");
  return escapeHtml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as content or quoted attribute; control characters, and those that turn the reading direction, are shown. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
    .replace(/(?![\t\n\r])\p{Cc}|\p{Bidi_Control}/gu, "\ufffd");
}

/** What a page is made of. */
export interface Page {
  readonly title: string;
  readonly body: Html;
  /** CSS beside the common one. @default none */
  readonly styles?: string;
  /** JavaScript that runs at the end. @default none */
  readonly script?: string;
}

/**
 * A page in one file that asks nobody for anything: no request leaves it, and its content security policy lets nothing
 * run but the style and script it was made with, so that a log's content stays text even if an escape were missed.
 */
export function renderPage({ title, body, styles = "", script = "" }: Page): string {
  const css = `${COMMON_STYLES}${styles}`;
  const policy = [
    "default-src 'none'",
    `style-src '${digest(css)}'`,
    script === "" ? "script-src 'none'" : `script-src '${digest(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
${body.markup}
${script === "" ? "" : `<script>${script}</script>`}
</body>
</html>`;
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Colours, type and the parts that reports share: tiles, badges, tables, cards. */
const COMMON_STYLES = `
:root {
  --paper: #f7f7f5; --card: #ffffff; --ink: #1d2126; --soft: #5d6670; --line: #dfe1e0; --faint: #eeefed;
  --accent: #22577a; --critical: #8f1233; --high: #cf3b2e; --medium: #c67a0c; --low: #2b7a9b;
  --informational: #7a838c; --on-level: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1c2024; --ink: #e6e8ea; --soft: #9aa4ad; --line: #30363c; --faint: #24292e;
    --accent: #7db7d8; --critical: #ff5c86; --high: #ff7a66; --medium: #f0b04f; --low: #66b8d9;
    --informational: #8d97a1; --on-level: #14171a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere;
}
main { max-width: 1200px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .25rem; }
p { margin: 0 0 .75rem; }
code, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .88em; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr)); gap: .75rem; margin: 1.25rem 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.65rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.tile.none b { color: var(--soft); font-weight: 400; }
.tile span { color: var(--soft); font-size: .85rem; }
.badge {
  display: inline-block; min-width: 6.6em; text-align: center; border-radius: 5px; padding: .05rem .45rem;
  font-size: .74rem; font-weight: 600; letter-spacing: .03em; color: var(--on-level); background: var(--soft);
}
.critical { --level: var(--critical); } .high { --level: var(--high); } .medium { --level: var(--medium); }
.low { --level: var(--low); } .informational { --level: var(--informational); }
.badge.critical, .badge.high, .badge.medium, .badge.low, .badge.informational { background: var(--level); }
.tile.critical b, .tile.high b, .tile.medium b, .tile.low b, .tile.informational b { color: var(--level); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 600; font-size: .82rem; color: var(--soft); }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.scroll { overflow-x: auto; }
svg { display: block; max-width: 100%; }
@media print { main { max-width: none; padding: 0; } .controls { display: none; } }
`;
