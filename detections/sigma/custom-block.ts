import { suggestName } from "../../formats/suggest-name";
import { isPlaybookId, PLAYBOOK_IDS, type PlaybookId } from "../../responses/playbook-ids";
import { isSecretField } from "../secrets";
import { sentenceProblems } from "../sentence";
import { parseDuration } from "./duration";
import { CORRELATION_FIELD_NAMES, fieldNameMistake } from "./field-names";
import type { TrailkeeperCustom } from "./model";
import { present } from "./present";
import type { ProblemLog } from "./problem";
import type { MapReader } from "./yaml-node";

const KEYS: readonly string[] = [
  "outcome",
  "aws_services",
  "summary",
  "first_step",
  "runbook",
  "playbook",
  "group_by",
  "quiet_period",
  "targets",
  "placement",
];

/** Keys that say which events count, and so belong to rules over single events. */
const EVENT_KEYS: readonly string[] = ["outcome", "aws_services", "placement"];

/** What the detector remembers of an alert ends a day later. */
const LONGEST_QUIET_SECONDS = 14 * 86_400;

/** Reads `custom.trailkeeper`; undefined where a rule has none. Other keys of `custom` belong to other tools. */
export function parseCustom(document: MapReader, log: ProblemLog): TrailkeeperCustom | undefined {
  if (document.entry("custom")?.value.kind !== "map") return undefined;
  const block = document.mapAt("custom")?.mapAt("trailkeeper");
  if (!block) return undefined;
  block.refuseUnknown(KEYS);
  const isCorrelation = document.entry("correlation") !== undefined;
  if (isCorrelation)
    for (const key of EVENT_KEYS)
      if (block.entry(key))
        block.error(key, "has no meaning in a correlation; write it into the rules it rests on");
  const computed = isCorrelation ? CORRELATION_FIELD_NAMES : [];
  return {
    ...present("outcome", block.choice("outcome", ["success", "failure", "any"])),
    ...present("awsServices", block.choice("aws_services", ["ignored", "included"])),
    ...present("summary", summaryOf(block)),
    ...present("firstStep", block.text("first_step")),
    ...present("runbook", pageName(block, "runbook")),
    ...present("playbooks", playbooks(block, log)),
    ...present("groupBy", fields(block, "group_by", [...computed, ...groupNames(document)], log)),
    ...present("quietPeriodSeconds", duration(block, "quiet_period")),
    ...present("targets", fields(block, "targets", computed, log)),
    ...present("placement", block.choice("placement", ["fast", "complete"])),
  };
}

function summaryOf(block: MapReader): string | undefined {
  const text = block.text("summary");
  for (const problem of sentenceProblems(text ?? "")) block.error("summary", problem);
  return text;
}

function pageName(block: MapReader, key: string): string | undefined {
  const name = block.text(key);
  if (name === undefined || /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return name;
  block.error(key, "must be a name in lower case with hyphens, without folder and ending");
  return undefined;
}

function playbooks(block: MapReader, log: ProblemLog): readonly PlaybookId[] | undefined {
  const entry = block.entry("playbook");
  if (!entry) return undefined;
  const names = [...new Set(block.texts("playbook"))];
  for (const name of names) {
    if (isPlaybookId(name)) continue;
    const meant = suggestName(name, PLAYBOOK_IDS);
    const hint = meant === undefined ? `one of ${PLAYBOOK_IDS.join(", ")}` : `did you mean ${meant}?`;
    log.error(entry.line, block.pathOf("playbook"), `${JSON.stringify(name)} is no playbook; ${hint}`);
  }
  const known = names.filter(isPlaybookId);
  return known.length > 0 ? known : undefined;
}

/** What a correlation groups by may be an alias, which is no field of any event. */
function groupNames(document: MapReader): string[] {
  const correlation = document.entry("correlation")?.value;
  const aliases =
    correlation?.kind === "map" && correlation.entries.find(({ key }) => key === "aliases")?.value;
  return aliases && aliases.kind === "map" ? aliases.entries.map(({ key }) => key) : [];
}

function fields(
  block: MapReader,
  key: string,
  additional: readonly string[],
  log: ProblemLog,
): readonly string[] | undefined {
  const entry = block.entry(key);
  if (!entry) return undefined;
  const names = block.texts(key);
  for (const name of names) {
    const mistake =
      fieldNameMistake(name, additional) ??
      (isSecretField(name)
        ? `${name} may hold a secret, and no alert may show one; name another field`
        : undefined);
    if (mistake !== undefined) log.error(entry.line, block.pathOf(key), mistake);
  }
  return names.length > 0 ? names : undefined;
}

function duration(block: MapReader, key: string): number | undefined {
  const text = block.text(key);
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined) block.error(key, "must be a whole number of s, m, h or d, for example 1h");
  else if (seconds > LONGEST_QUIET_SECONDS)
    block.error(key, `is ${text}; at most 14d, because alerts are remembered little longer`);
  return seconds;
}
