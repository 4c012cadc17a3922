import type { Alert } from "../../detections/alert";
import { deliverable } from "./clean";
import type { Outcome } from "./outcome-schema";

/** Where trimming starts; most alerts of any size have a single long value. */
const FIRST_CHARACTER_LIMIT = 32_768;
const LAST_CHARACTER_LIMIT = 64;
const CHARACTERS_PER_ITEM = 32;

/**
 * Returns the alert when it `fits`; otherwise the largest of a few shorter versions that does, marked `trimmed`: long
 * strings end in a note of how much is missing, long lists lose their tail (`evidence.eventCount` still has the true
 * number). What identifies the alert is never touched. The last version is returned even if it does not fit.
 */
export function fitAlert(alert: Alert, fits: (candidate: Alert) => boolean): Alert {
  return fitting(alert, trimmed, fits);
}

/** The same for an outcome of a response, where only texts for people, names and ids are ever long. */
export function fitOutcome(outcome: Outcome, fits: (candidate: Outcome) => boolean): Outcome {
  return fitting(outcome, trimmedOutcome, fits);
}

function fitting<Message>(
  message: Message,
  trim: (whole: Message, characters: number) => Message,
  fits: (candidate: Message) => boolean,
): Message {
  const whole = mapStrings(message, deliverable, Infinity) as Message;
  if (fits(whole)) return whole;
  let characters = FIRST_CHARACTER_LIMIT;
  for (;;) {
    const candidate = trim(whole, characters);
    if (fits(candidate) || characters <= LAST_CHARACTER_LIMIT) return candidate;
    characters /= 2;
  }
}

function trimmed(alert: Alert, characters: number): Alert {
  const short = mapStrings(
    alert,
    (value) => shorten(value, characters),
    characters / CHARACTERS_PER_ITEM,
  ) as Alert;
  return {
    ...short,
    id: alert.id,
    when: alert.when,
    where: { ...short.where, accountId: alert.where.accountId, region: alert.where.region },
    rule: { ...short.rule, id: alert.rule.id },
    // A link that is cut leads nowhere.
    runbookUrl: short.runbookUrl === alert.runbookUrl ? alert.runbookUrl : undefined,
    evidence: {
      ...short.evidence,
      consoleUrl:
        short.evidence.consoleUrl === alert.evidence.consoleUrl ? alert.evidence.consoleUrl : undefined,
    },
    trimmed: true,
  };
}

function trimmedOutcome(outcome: Outcome, characters: number): Outcome {
  const short = <Part>(part: Part) =>
    mapStrings(part, (value) => shorten(value, characters), Infinity) as Part;
  const { alert, target } = outcome;
  return {
    ...outcome,
    sentence: short(outcome.sentence),
    alert: { ...alert, ruleTitle: short(alert.ruleTitle), summary: short(alert.summary) },
    actor: short(outcome.actor),
    target: { ...target, ids: short(target.ids) },
  };
}

function shorten(value: string, characters: number): string {
  if (value.length <= characters) return value;
  // deliverable() replaces the half of a surrogate pair that a cut may leave.
  return deliverable(`${value.slice(0, characters)}... [${value.length - characters} characters left out]`);
}

function mapStrings(value: unknown, map: (text: string) => string, maxItems: number): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => mapStrings(item, map, maxItems));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapStrings(inner, map, maxItems)]),
  );
}
