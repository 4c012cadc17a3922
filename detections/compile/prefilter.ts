import type { EventRule } from "../sigma/model";
import { PATTERN_CHARACTERS } from "./eventbridge";
import { packBranches } from "./prefilter-packing";
import { weaken, type Branch } from "./prefilter-weaken";

export interface FastPathOptions {
  /** How many EventBridge rules may be used. @default 20 */
  readonly maxPatterns?: number;
  /** Characters that a pattern may have. @default 2048 */
  readonly maxCharacters?: number;
}

export interface FastPath {
  /** Event patterns as JSON; an event belongs on the fast path when any of them holds. */
  readonly patterns: readonly string[];
  /** Rules that the patterns pass nothing for, and why. */
  readonly unplaced: readonly { readonly rule: EventRule; readonly reason: string }[];
}

/**
 * A sound prefilter for the rules of the fast path, in as few event patterns as possible: whatever satisfies a rule
 * that was placed is passed, and much else may be. What a pattern cannot say is left out of it, wildcards always, since
 * few rules of a bus may have any.
 *
 * It relies on records as `FieldType` describes them, and on AWS's writing `eventName`, `eventSource` and
 * `userIdentity.type` in its own case, exactly as the rule spells them; a rule that spells them otherwise is matched on
 * the complete path alone. The case of every other value is ignored as the rule asks.
 *
 * @throws Error where the rules do not fit into `maxPatterns`, even without all that is not their event's name.
 */
export function fastPathPatterns(rules: readonly EventRule[], options: FastPathOptions = {}): FastPath {
  const unplaced: { rule: EventRule; reason: string }[] = [];
  const branches: Branch[] = [];
  for (const rule of rules) {
    const weak = weaken(rule.condition);
    const reason = weak === "everything" ? NOTHING_LEFT : reasonAgainst(weak);
    if (reason !== undefined) unplaced.push({ rule, reason });
    else if (weak !== "everything") branches.push(...weak);
  }
  const patterns = packBranches(branches, {
    maxPatterns: options.maxPatterns ?? 20,
    maxCharacters: options.maxCharacters ?? PATTERN_CHARACTERS,
  });
  return { patterns, unplaced };
}

const NOTHING_LEFT = "an event pattern can say nothing of it, so that every event would pass";

function reasonAgainst(branches: readonly Branch[]): string | undefined {
  if (branches.length === 0) return "no event can satisfy it";
  const wide = branches.find(
    (branch) => ![...branch].some(([field, matchers]) => isSelective(field, matchers)),
  );
  if (!wide) return undefined;
  return `all that an event pattern can say of it is ${[...wide.keys()].join(", ")}: too many events would pass`;
}

/** Fields of which most values are frequent, so that they alone do not tell a rule's events from the others. */
const FREQUENT: ReadonlySet<string> = new Set([
  ...["awsRegion", "eventCategory", "eventType", "eventVersion", "managementEvent", "readOnly"],
  ...[
    "recipientAccountId",
    "userIdentity.accountId",
    "userAgent",
    "userIdentity.invokedBy",
    "userIdentity.type",
  ],
  "userIdentity.sessionContext.attributes.mfaAuthenticated",
]);

function isSelective(field: string, matchers: ReadonlySet<string>): boolean {
  if (field === "userIdentity.type") return matchers.size === 1 && matchers.has('"Root"');
  return !FREQUENT.has(field) && ![...matchers].some((matcher) => matcher === "null");
}
