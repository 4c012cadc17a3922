import { ALERT_LEVELS } from "../alert";
import { parseCustom } from "./custom-block";
import type { RuleHead } from "./model";
import { present } from "./present";
import type { ProblemLog } from "./problem";
import type { MapReader } from "./yaml-node";

const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"] as const;

/** What an alert can carry as its rule's id (`docs/alert.schema.json`). */
const LONGEST_ID_CHARACTERS = 128;

/** A rule's head, and whether it names a level itself. */
export interface ParsedHead {
  readonly head: RuleHead;
  readonly hasLevel: boolean;
}

/**
 * Reads what every kind of rule has. Always gives a head with the rule's identity, so that whoever refers to a broken
 * rule can be told so; problems are reported.
 *
 * @param ordinal of the document in its file, from 1: tells apart rules without id and name
 */
export function parseHead(document: MapReader, ordinal: number, log: ProblemLog): ParsedHead {
  const name = document.text("name");
  const title = document.text("title");
  if (title === undefined && !log.failed)
    document.error("title", "is missing; say in a few words what happened");
  const level = document.choice("level", ALERT_LEVELS);
  const custom = parseCustom(document, log);
  const head: RuleHead = {
    id: idOf(document, name, ordinal, log.file),
    ...present("name", name),
    title: title ?? "",
    ...present("status", document.choice("status", STATUSES)),
    ...present("description", document.text("description")),
    references: document.texts("references"),
    ...present("author", document.texts("author").join(", ") || undefined),
    tags: document.texts("tags"),
    falsePositives: document.texts("falsepositives"),
    level: level ?? "medium",
    ...present("custom", custom),
    source: { file: log.file, line: document.map.line },
  };
  return { head, hasLevel: document.entry("level") !== undefined };
}

function idOf(document: MapReader, name: string | undefined, ordinal: number, file: string): string {
  const id = document.text("id");
  if (id === undefined) {
    const stand = name ?? (ordinal === 1 ? file : `${file}:${ordinal}`);
    return stand.replace(/[^A-Za-z0-9._:/-]/g, "-").slice(-LONGEST_ID_CHARACTERS);
  }
  if (!/^[A-Za-z0-9._:/-]+$/.test(id) || id.length > LONGEST_ID_CHARACTERS)
    document.error(
      "id",
      `must be at most ${LONGEST_ID_CHARACTERS} letters, digits and . _ : / -, best a fresh UUID`,
    );
  return id;
}
