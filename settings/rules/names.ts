import { trailName as trailNameForm } from "../forms";
import { RULE_LEVELS, type Key } from "../keys";
import { rule, when, type Finding, type Rule } from "./rule";

/**
 * Metric filters a log group may have, fixed (CloudWatch Logs User Guide, "CloudWatch Logs quotas"), less the 15 of the
 * CIS controls.
 */
const MAX_ALARMS = 100 - 15;

/** Entries that repeat an earlier one. Says where, not what: entries may be secret. */
function duplicates(key: Key, property: string | undefined, entries: readonly string[]): Finding[] {
  return entries.flatMap((entry, index): Finding[] => {
    const first = entries.indexOf(entry);
    if (first === index) return [];
    return [
      {
        key: property === undefined ? `${key}[${index}]` : `${key}[${index}].${property}`,
        problem: `repeats ${key}[${first}]`,
        allowed: property === undefined ? "each entry once" : `a ${property} used once in the list`,
      },
    ];
  });
}

function uniqueTexts(
  key:
    | "archiveAdministrators"
    | "archiveReaders"
    | "networkActivityEventSources"
    | "insights"
    | "monitoredRegions"
    | "disabledRules"
    | "breakGlassPrincipals"
    | "neverTouchPrincipals"
    | "neverTouchResources",
): Rule {
  return rule([key], (facts) => duplicates(key, undefined, facts[key]));
}

function uniqueNames(key: "alarms" | "pageSubscriptions" | "noticeSubscriptions"): Rule {
  return rule([key], (facts) =>
    duplicates(
      key,
      "name",
      facts[key].map(({ name }) => name),
    ),
  );
}

/** Rules about names and lists. */
export const NAME_RULES: readonly Rule[] = [
  rule(["trailName", "namePrefix"], ({ trailName, namePrefix }) => [
    when(trailName === undefined && !trailNameForm.safeParse(namePrefix).success, {
      key: "trailName",
      problem: `is not set, and ${namePrefix}, which it would be, is no trail name`,
      allowed: trailNameForm.description ?? "",
    }),
  ]),

  rule(["monitoredRegions", "region"], ({ monitoredRegions, region }) => [
    when(monitoredRegions.length > 0 && !monitoredRegions.includes(region), {
      key: "monitoredRegions",
      problem: `leaves out ${region}, the region of this stack`,
      allowed: "a list with the stack's region, or none at all for it and every sign-in region",
    }),
  ]),

  rule(["pageLevel", "noticeLevel"], ({ pageLevel, noticeLevel }) => [
    when(RULE_LEVELS.indexOf(noticeLevel) > RULE_LEVELS.indexOf(pageLevel), {
      key: "noticeLevel",
      problem: `is ${noticeLevel}, above pageLevel (${pageLevel}), so that notice would get nothing`,
      allowed: `${pageLevel} or a milder level`,
    }),
  ]),

  rule(["alarms"], ({ alarms }) => [
    when(alarms.length > MAX_ALARMS, {
      key: "alarms",
      problem: `has ${alarms.length} entries`,
      allowed: `at most ${MAX_ALARMS}, since a log group has 100 metric filters and CIS takes 15`,
    }),
  ]),

  rule(["dataEvents"], ({ dataEvents }) =>
    duplicates(
      "dataEvents",
      undefined,
      dataEvents.map(({ resourceType, readWrite, arnPrefixes }) =>
        JSON.stringify([resourceType, readWrite, arnPrefixes]),
      ),
    ),
  ),

  uniqueTexts("archiveAdministrators"),
  uniqueTexts("archiveReaders"),
  uniqueTexts("networkActivityEventSources"),
  uniqueTexts("insights"),
  uniqueTexts("monitoredRegions"),
  uniqueTexts("disabledRules"),
  uniqueTexts("breakGlassPrincipals"),
  uniqueTexts("neverTouchPrincipals"),
  uniqueTexts("neverTouchResources"),
  uniqueNames("alarms"),
  uniqueNames("pageSubscriptions"),
  uniqueNames("noticeSubscriptions"),
];
