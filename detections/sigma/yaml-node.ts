import { suggestName } from "../../formats/suggest-name";
import type { ProblemLog } from "./problem";

/** YAML as rules need it: plain values, each with the line it stands on. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: "map";
  readonly line: number;
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  /** Line of the key. */
  readonly line: number;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: "scalar";
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** As the file spells it, without quotes and escapes. */
  readonly source: string;
}

/** Reads the keys of one map and reports what is wrong with them, under their full path. */
export class MapReader {
  constructor(
    readonly map: YamlMap,
    readonly path: string,
    private readonly log: ProblemLog,
  ) {}

  entry(key: string): YamlEntry | undefined {
    return this.map.entries.find((entry) => entry.key === key);
  }

  pathOf(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  error(key: string, message: string): void {
    this.log.error(this.entry(key)?.line ?? this.map.line, this.pathOf(key), message);
  }

  warn(key: string, message: string): void {
    this.log.warn(this.entry(key)?.line ?? this.map.line, this.pathOf(key), message);
  }

  /** Reports every key that is not among the known ones. */
  refuseUnknown(known: readonly string[]): void {
    for (const { key } of this.map.entries) {
      if (known.includes(key)) continue;
      const meant = suggestName(key, known);
      const hint = meant === undefined ? `known keys: ${known.join(", ")}` : `did you mean ${meant}?`;
      this.error(key, `is no key of this block; ${hint}`);
    }
  }

  /** A text, trimmed; numbers and booleans count as they are spelt. Absent and null alike give undefined. */
  text(key: string): string | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined || isNull(value)) return undefined;
    const text = value.kind === "scalar" ? value.source.trim() : "";
    if (text !== "") return text;
    this.error(key, value.kind === "scalar" ? "is empty; write a text or leave it out" : "must be a text");
    return undefined;
  }

  /** A list of texts; a single text counts as a list of one. Absent and null alike give an empty list. */
  texts(key: string): string[] {
    const value = this.entry(key)?.value;
    if (value === undefined || isNull(value)) return [];
    const items = value.kind === "list" ? value.items : [value];
    return items.flatMap((item) => {
      if (item.kind === "scalar" && !isNull(item) && item.source.trim() !== "") return [item.source.trim()];
      this.log.error(item.line, this.pathOf(key), "must be a text or a list of texts, none of them empty");
      return [];
    });
  }

  /** One of a few words, in any case. */
  choice<const T extends string>(key: string, choices: readonly T[]): T | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const chosen = choices.find((choice) => choice === text.toLowerCase());
    if (chosen === undefined)
      this.error(key, `is ${JSON.stringify(text)}; it must be one of ${choices.join(", ")}`);
    return chosen;
  }

  flag(key: string): boolean | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined || isNull(value)) return undefined;
    if (value.kind === "scalar" && typeof value.value === "boolean") return value.value;
    this.error(key, "must be true or false");
    return undefined;
  }

  /** A map below a key; null counts as an empty one. */
  mapAt(key: string): MapReader | undefined {
    const entry = this.entry(key);
    if (!entry) return undefined;
    const { value, line } = entry;
    if (value.kind === "map") return new MapReader({ ...value, line }, this.pathOf(key), this.log);
    if (isNull(value)) return new MapReader({ kind: "map", line, entries: [] }, this.pathOf(key), this.log);
    this.error(key, "must be a map of keys and values");
    return undefined;
  }
}

export function isNull(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}
