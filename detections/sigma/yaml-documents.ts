import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  Parser,
  type CST,
  type Document,
  type ParsedNode,
} from "yaml";
import type { ProblemLog } from "./problem";
import type { YamlEntry, YamlNode } from "./yaml-node";

/** No rule comes near; far beyond, the YAML library's own recursion would end the process. */
const DEEPEST_NESTING = 64;
const LONGEST_FILE_CHARACTERS = 1_000_000;
/** Bounds what aliases of aliases can multiply a document to. */
const MOST_NODES = 100_000;

/**
 * Reads a file's YAML documents (YAML 1.2, core schema), empty ones left out. What cannot be read is reported with its
 * line, and does not keep the file's other documents from being read.
 */
export function readDocuments(text: string, log: ProblemLog): YamlNode[] {
  if (text.length > LONGEST_FILE_CHARACTERS) {
    log.error(
      1,
      undefined,
      `is longer than ${LONGEST_FILE_CHARACTERS} characters; split it into several files`,
    );
    return [];
  }
  const lines = new LineCounter();
  const tooDeep = tooDeepAt(text, lines);
  if (tooDeep !== undefined) {
    log.error(tooDeep, undefined, `nests deeper than ${DEEPEST_NESTING} levels; a rule never needs to`);
    return [];
  }
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(1, lineCounter.linePos(offset).line);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => readDocument(document, lineAt, log));
}

function readDocument(
  document: Document.Parsed<ParsedNode>,
  lineAt: (offset: number) => number,
  log: ProblemLog,
): YamlNode[] {
  // One mistake usually brings others after it that say nothing new.
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake) {
    log.error(lineAt(mistake.pos[0]), undefined, `is no valid YAML: ${sentence(mistake.message)}`);
    return [];
  }
  if (!document.contents) return [];
  const converter = new Converter(document, lineAt);
  try {
    const node = converter.convert(document.contents, lineAt(document.contents.range[0]));
    return node.kind === "scalar" && node.value === null ? [] : [node];
  } catch (error) {
    if (!(error instanceof UnfitYaml)) throw error;
    log.error(error.line, undefined, error.message);
    return [];
  }
}

class UnfitYaml extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

class Converter {
  private nodes = 0;

  constructor(
    private readonly document: Document.Parsed<ParsedNode>,
    private readonly lineAt: (offset: number) => number,
  ) {}

  convert(node: unknown, parentLine: number, depth = 0): YamlNode {
    const line = this.lineOf(node, parentLine);
    if (++this.nodes > MOST_NODES || depth > DEEPEST_NESTING)
      throw new UnfitYaml(line, "grows without bounds through its aliases; write the values out");
    if (isAlias(node)) {
      const target = node.resolve(this.document);
      if (!target)
        throw new UnfitYaml(
          line,
          `refers to *${node.source}, but nothing before it is named &${node.source}`,
        );
      return this.convert(target, line, depth + 1);
    }
    if (isMap(node))
      return { kind: "map", line, entries: node.items.map((pair) => this.entry(pair, line, depth)) };
    if (isSeq(node))
      return { kind: "list", line, items: node.items.map((item) => this.convert(item, line, depth + 1)) };
    if (node === null || node === undefined) return { kind: "scalar", line, value: null, source: "" };
    if (isScalar(node)) {
      const { value } = node;
      if (value === null) return { kind: "scalar", line, value, source: "" };
      if (typeof value === "string") return { kind: "scalar", line, value, source: value };
      if (typeof value === "number" || typeof value === "boolean")
        return { kind: "scalar", line, value, source: node.source ?? String(value) };
    }
    throw new UnfitYaml(
      line,
      "has a YAML tag that rules do not use; write a plain text, number, list or map",
    );
  }

  private entry(pair: { key: unknown; value: unknown }, parentLine: number, depth: number): YamlEntry {
    const key = this.convert(pair.key, parentLine, depth + 1);
    if (key.kind !== "scalar") throw new UnfitYaml(key.line, "has a list or a map as a key; keys are texts");
    if (key.source === "<<" && isAlias(pair.value))
      throw new UnfitYaml(key.line, "uses a YAML merge key (<<), which is not supported; write the keys out");
    return { key: key.source, line: key.line, value: this.convert(pair.value, key.line, depth + 1) };
  }

  private lineOf(node: unknown, parentLine: number): number {
    if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return parentLine;
    return node.range ? this.lineAt(node.range[0]) : parentLine;
  }
}

function tooDeepAt(text: string, lines: LineCounter): number | undefined {
  const pending: { readonly token: CST.Token; readonly depth: number }[] = [];
  for (const token of new Parser(lines.addNewLine).parse(text)) pending.push({ token, depth: 0 });
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST_NESTING) return Math.max(1, lines.linePos(token.offset).line);
    if (token.type === "document") {
      if (token.value) pending.push({ token: token.value, depth });
    } else if ("items" in token) {
      for (const { key, value } of token.items)
        for (const child of [key, value]) if (child) pending.push({ token: child, depth: depth + 1 });
    }
  }
  return undefined;
}

function sentence(message: string): string {
  return message.replace(/\s+/g, " ").trim();
}
