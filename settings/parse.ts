import * as pulumi from "@pulumi/pulumi";
import { decode } from "./decode";
import { SettingsError, type SettingsProblem } from "./errors";
import { explainIssues, show } from "./explain";
import * as form from "./forms";
import { KEYS, TYPE_FORMS, type Key, type KeyDefinition } from "./keys";
import type { Settings, SubscriptionSettings } from "./model";
import { signInRegions } from "./regions";
import { modesOfResponses } from "./response-modes";
import { ACCOUNT_RULES } from "./rules/accounts";
import { ARCHIVE_RULES } from "./rules/archive";
import { NAME_RULES } from "./rules/names";
import { PARTITION_RULES } from "./rules/partition";
import { RESPONSE_RULES } from "./rules/responses";
import type { Facts } from "./rules/rule";
import { partitionOf } from "../formats/partition";
import { suggestName } from "../formats/suggest-name";
import { settingsWarnings } from "./warnings";

/** Keys that other settings have been made or checked with, and that nothing is built from. */
const SPENT_KEYS = ["acknowledgeComplianceLock", "responseMode"] as const;
type SpentKey = (typeof SPENT_KEYS)[number];

/** A stack's configuration as Pulumi hands it to the program. */
export interface StackConfig {
  /** Every value as text, lists and objects as JSON, under its whole key (`trailkeeper:lockDays`, `aws:region`). */
  readonly values: Readonly<Record<string, string>>;
  /** Whole keys of the values that are secret or hold a secret. */
  readonly secretKeys: ReadonlySet<string>;
}

/** The stack a configuration belongs to. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
}

const RULES = [...ARCHIVE_RULES, ...ACCOUNT_RULES, ...NAME_RULES, ...PARTITION_RULES, ...RESPONSE_RULES];
const KEY_NAMES = Object.keys(KEYS) as Key[];

/**
 * Longest `<project>-<stack>`: Lambda functions and IAM roles have names of at most 64 characters (Lambda and IAM API
 * references), half of which is left for what comes after the prefix.
 */
const MAX_NAME_PREFIX_CHARACTERS = 32;

/**
 * Checks and completes a stack's configuration.
 *
 * Endpoints of subscriptions become secret Outputs where the configuration holds their key as a secret; everything else
 * is plain. The result is frozen to its depth.
 *
 * @throws SettingsError that lists every mistake and holds the value of no secret.
 */
export function parseSettings(config: StackConfig, identity: StackIdentity): Settings {
  const { project, stack } = identity;
  const problems: SettingsProblem[] = [...nameProblems(identity), ...unknownKeyProblems(config, project)];

  const known: Record<string, unknown> = { namePrefix: `${project}-${stack}` };
  const region = config.values["aws:region"];
  if (form.region.safeParse(region).success) {
    known.region = region;
    known.partition = partitionOf(region ?? "");
  } else {
    const shown = config.secretKeys.has("aws:region") ? "has another form" : `is ${show(region)}`;
    const problem = region === undefined ? "is missing" : shown;
    problems.push({ key: "aws:region", problem, allowed: form.region.description ?? "" });
  }

  for (const name of KEY_NAMES) {
    const key = `${project}:${name}`;
    const checked = checkKey(KEYS[name], config.values[key], config.secretKeys.has(key));
    if ("value" in checked) known[name] = checked.value;
    else problems.push(...checked.mistakes.map(({ path, ...rest }) => ({ key: `${key}${path}`, ...rest })));
  }

  const usable = new Set(Object.keys(known));
  for (const rule of RULES) {
    const findings = rule(known, usable);
    problems.push(...findings.map((finding) => ({ ...finding, key: `${project}:${finding.key}` })));
  }
  if (problems.length > 0) throw new SettingsError(stack, problems);
  return deepFreeze(complete(known as unknown as Facts, config, identity));
}

/** The value of one key, or the mistakes in it. */
function checkKey(definition: KeyDefinition, text: string | undefined, secret: boolean) {
  const typeForm = TYPE_FORMS[definition.type];
  if (secret && !definition.mayBeSecret) {
    const problem = "is a secret, but its value is needed in plain text";
    return { mistakes: [{ path: "", problem, allowed: "the same value set without --secret" }] };
  }
  const decoded = decode(definition, text);
  if (!decoded.ok)
    return { mistakes: [{ path: "", problem: `is no ${definition.type}`, allowed: typeForm }] };
  const parsed = definition.schema.safeParse(decoded.value);
  if (parsed.success) return { value: parsed.data };
  return {
    mistakes: explainIssues({
      issues: parsed.error.issues,
      schema: definition.schema,
      value: decoded.value,
      typeForm,
      // A pager's URL typed without --secret is no less of a secret.
      hideValues: definition.mayBeSecret === true,
    }),
  };
}

function nameProblems({ project, stack }: StackIdentity): SettingsProblem[] {
  const prefix = `${project}-${stack}`;
  if (prefix.length <= MAX_NAME_PREFIX_CHARACTERS && /^[A-Za-z][A-Za-z0-9_-]*$/.test(prefix)) return [];
  return [
    {
      key: "stack name",
      problem: `makes the name prefix ${show(prefix)}, which AWS's names cannot begin with`,
      allowed: `letters, digits, hyphens and underscores, at most ${MAX_NAME_PREFIX_CHARACTERS - project.length - 1} characters`,
    },
  ];
}

function unknownKeyProblems(config: StackConfig, project: string): SettingsProblem[] {
  return Object.keys(config.values)
    .filter((key) => key.startsWith(`${project}:`) && !Object.hasOwn(KEYS, key.slice(project.length + 1)))
    .map((key) => {
      const meant = suggestName(key.slice(project.length + 1), KEY_NAMES);
      return {
        key,
        problem:
          meant === undefined
            ? "is no key of this project"
            : `is no key of this project, did you mean ${project}:${meant}?`,
        allowed: "the keys that Pulumi.yaml documents",
      };
    });
}

function complete(facts: Facts, config: StackConfig, { project, stack }: StackIdentity): Settings {
  const values: Omit<Facts, SpentKey> & Partial<Pick<Facts, SpentKey>> = { ...facts };
  for (const key of SPENT_KEYS) delete values[key];
  const isSecret = (key: Key) => config.secretKeys.has(`${project}:${key}`);
  const subscriptions = (key: "pageSubscriptions" | "noticeSubscriptions"): SubscriptionSettings[] =>
    facts[key].map((entry) =>
      isSecret(key) ? { ...entry, endpoint: pulumi.secret(entry.endpoint) } : entry,
    );
  const plainTextKeys = new Set(KEY_NAMES.filter((key) => !isSecret(key)));
  return {
    ...values,
    project,
    stack,
    protect: !facts.disposable,
    trailName: facts.trailName ?? facts.namePrefix,
    trailRegion: facts.trailRegion ?? facts.region,
    adopt: facts.adopt ?? {},
    responseModes: modesOfResponses(facts.responseMode, facts.responseModes),
    monitoredRegions:
      facts.monitoredRegions.length > 0
        ? facts.monitoredRegions
        : [...new Set([facts.region, ...signInRegions(facts.partition)])],
    pageSubscriptions: subscriptions("pageSubscriptions"),
    noticeSubscriptions: subscriptions("noticeSubscriptions"),
    warnings: settingsWarnings(facts, plainTextKeys).map(
      ({ key, message }) => `${project}:${key} ${message}.`,
    ),
  };
}

/** Freezes plain objects and lists; Outputs have inner state of their own. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
