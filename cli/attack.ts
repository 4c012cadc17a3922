/** ATT&CK tactics for enterprises, in the order of the matrix (attack.mitre.org). */
const TACTICS = [
  "Reconnaissance",
  "Resource Development",
  "Initial Access",
  "Execution",
  "Persistence",
  "Privilege Escalation",
  "Defense Evasion",
  "Credential Access",
  "Discovery",
  "Lateral Movement",
  "Collection",
  "Command and Control",
  "Exfiltration",
  "Impact",
] as const;

/** Names of the tactics among Sigma tags, as they are tagged; words apart from the known ones keep their spelling. */
export function tacticsOf(tags: readonly string[]): string[] {
  return attackTags(tags)
    .filter((tag) => !TECHNIQUE.test(tag) && !/^[gs]\d{4}$/i.test(tag))
    .map((tag) => {
      const words = tag.replace(/[-_]/g, " ").toLowerCase();
      return TACTICS.find((tactic) => tactic.toLowerCase() === words) ?? words;
    });
}

/** Ids of the techniques among Sigma tags, for example `T1098.001`. */
export function techniquesOf(tags: readonly string[]): string[] {
  return attackTags(tags)
    .filter((tag) => TECHNIQUE.test(tag))
    .map((tag) => tag.toUpperCase());
}

/** Compares tactics by their place in the matrix, unknown ones last. */
export function byMatrixOrder(a: string, b: string): number {
  return placeOf(a) - placeOf(b) || (a < b ? -1 : 1);
}

const TECHNIQUE = /^t\d{4}(?:\.\d{3})?$/i;

function attackTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => /^attack\./i.test(tag)).map((tag) => tag.slice("attack.".length));
}

function placeOf(tactic: string): number {
  const place = (TACTICS as readonly string[]).indexOf(tactic);
  return place < 0 ? TACTICS.length : place;
}
