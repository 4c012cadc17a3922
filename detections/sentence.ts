import { actorName } from "./actor";
import { fieldTexts } from "./field-texts";
import type { Hit } from "./hit";
import { isSecretField, maskSecrets } from "./secrets";

/** Names that a template may use beside paths of fields. */
export const SENTENCE_NAMES = ["actor", "account", "region", "source_ip", "targets", "count"] as const;

type SentenceName = (typeof SENTENCE_NAMES)[number];

/** What a sentence speaks of. */
export interface SentenceFacts {
  readonly event: Hit["event"];
  /** How many events the alert rests on. */
  readonly count: number;
  /** Names or ARNs of what was acted on. */
  readonly targets: readonly string[];
}

/** Values longer than this make no readable sentence. */
const MAX_VALUE_LENGTH = 200;
const MAX_LISTED = 3;
/** Characters of a value that are looked at. */
const MAX_READ = 4_096;
const PLACEHOLDER = /\{([^{}]*)\}/g;

/**
 * Fills a template: `{actor}`, `{account}`, `{region}`, `{source_ip}`, `{targets}`, `{count}`, and `{path.of.a.field}`.
 * What the event lacks reads "unknown"; a field that may hold a secret reads "hidden".
 */
export function sentence(template: string, facts: SentenceFacts): string {
  return template.replace(PLACEHOLDER, (_whole, name: string) => value(name.trim(), facts));
}

/** What is wrong with a template, one line for each problem; empty for a good one. */
export function sentenceProblems(template: string): string[] {
  const problems: string[] = [];
  for (const [whole, inner = ""] of template.matchAll(PLACEHOLDER)) {
    const name = inner.trim();
    if (isSecretField(name)) problems.push(`${whole} may hold a secret, and no alert may show one`);
    else if (!isSentenceName(name) && !/^[\w-]+(?:\.[\w-]+)*$/.test(name))
      problems.push(`${whole} is neither a field nor one of ${SENTENCE_NAMES.join(", ")}`);
  }
  if (/[{}]/.test(template.replace(PLACEHOLDER, ""))) problems.push("a brace has no partner");
  return problems;
}

/** A text that an event gave, fit to be shown: secrets hidden, on one line, of bounded length. */
export function shown(text: string, maxLength = MAX_VALUE_LENGTH): string {
  // Cut between words first, so that no text costs much and no half of a secret goes unnoticed.
  const start = text.length <= MAX_READ ? text : text.slice(0, MAX_READ).replace(/\S*$/, "");
  const line = maskSecrets(start)
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, " ")
    .trim();
  return line.length <= maxLength
    ? line
    : `${line.slice(0, maxLength - 3).replace(/[\uD800-\uDBFF]$/, "")}...`;
}

function value(name: string, { event, count, targets }: SentenceFacts): string {
  if (isSecretField(name)) return "hidden";
  if (!isSentenceName(name)) return list(fieldTexts(event, name));
  switch (name) {
    case "actor":
      return shown(actorName(event));
    case "account":
      return list([event.recipientAccountId ?? event.userIdentity?.accountId]);
    case "region":
      return list([event.awsRegion]);
    case "source_ip":
      return list([event.sourceIPAddress]);
    case "targets":
      return list(targets);
    case "count":
      return String(count);
  }
}

function isSentenceName(name: string): name is SentenceName {
  return (SENTENCE_NAMES as readonly string[]).includes(name);
}

function list(values: readonly unknown[]): string {
  const texts = [...new Set(values.filter((text) => typeof text === "string" && text !== ""))] as string[];
  if (texts.length === 0) return "unknown";
  const listed = texts.slice(0, MAX_LISTED).map((text) => shown(text));
  const others = texts.length - listed.length;
  return others > 0 ? `${listed.join(", ")} and ${others} more` : listed.join(", ");
}
