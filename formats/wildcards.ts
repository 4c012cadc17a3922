/**
 * Whether `text` as a whole matches `pattern`, where `*` stands for any run of characters (also none) and, when
 * `single` is given, that character stands for exactly one. Case sensitive; every other character is literal. Time
 * is bounded by the product of the two lengths whatever the pattern, so attacker-written text cannot stall it.
 */
export function matchesWildcards(pattern: string, text: string, single?: "?"): boolean {
  let p = 0;
  let t = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (t < text.length) {
    // The star comes first: a `*` in the text must not use up the pattern's `*` as a literal.
    if (pattern[p] === "*") {
      starAt = p++;
      resumeAt = t;
    } else if (p < pattern.length && (pattern[p] === text[t] || pattern[p] === single)) {
      p++;
      t++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      t = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
