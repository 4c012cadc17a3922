import { RE2JS, RE2JSSyntaxException } from "re2js";
import { re2Flags } from "./match";

/** Instructions of a compiled expression: matching takes at most that many steps per character. */
const MOST_INSTRUCTIONS = 500;

/**
 * Why an expression cannot be used, or undefined. RE2 (RE2 wiki, "Syntax") takes time linear in the text whatever the
 * expression, at the price of lookaround and backreferences.
 */
export function regexMistake(pattern: string, flags: string): string | undefined {
  let instructions: number;
  try {
    instructions = RE2JS.compile(pattern, re2Flags(flags)).programSize();
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return `cannot be used as a regular expression: ${reasonOf(error.message)}`;
  }
  if (instructions > MOST_INSTRUCTIONS)
    return `is too large a regular expression (${instructions} instructions, ${MOST_INSTRUCTIONS} at most); use smaller repetition counts`;
  return undefined;
}

function reasonOf(message: string): string {
  const reason = message.replace(/^error parsing regexp: /, "");
  if (/\(\?<?[=!]/.test(reason))
    return `lookaround is not supported, because its time has no bound (${reason}); use a second entry, or not in the condition`;
  if (/\\[1-9]/.test(reason))
    return `backreferences are not supported, because their time has no bound (${reason}); use fieldref or list the texts`;
  return `${reason}; the syntax is RE2's`;
}
