/**
 * Whether an IAM pattern matches the whole text: `*` stands for any run of characters, `?` for exactly one. Linear in the
 * text for one `*`, never exponential.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < text.length) {
    const symbol = pattern[at];
    if (symbol === "*") {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (symbol === "?" || symbol === text[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
