import type { Condition, FieldCondition, StringTest } from "../sigma/model";
import { fieldType } from "./cloudtrail-fields";
import {
  hasLettersBeyondAscii,
  numberSpelled,
  pushNegationsInwards,
  shapeOf,
  type NormalForm,
} from "./compiled";
import { COMPUTED_FIELD_PREFIX } from "../computed-fields";
import { ABSENT, type Matcher } from "./eventbridge-matchers";
import { mayShareList, RESERVED_IN_OR } from "./eventbridge-pattern";

/** A conjunction: what each field has to be, as the JSON texts of matchers of which one must hold. */
export type Branch = ReadonlyMap<string, ReadonlySet<string>>;

/** Alternatives; none when nothing satisfies the condition. */
export type Weakened = readonly Branch[] | "everything";

/** Beyond these, alternatives are left out of a conjunction: each would be a copy of all the rest. */
const MAX_BRANCHES = 24;

/** Fields with more to say than this are left out; the event's name never is. */
const MAX_FIELD_CHARACTERS = 1500;

/** What every event that satisfies the condition has, as far as an event pattern without wildcards can say it. */
export function weaken(condition: Condition): Weakened {
  return weakenForm(pushNegationsInwards(condition));
}

function weakenForm(form: NormalForm): Weakened {
  switch (form.op) {
    case "literal":
      return form.condition.op === "keyword" ? "everything" : weakenLiteral(form.condition, form.negated);
    case "or":
      return mergeSameField(anyOf(form.of.map(weakenForm)));
    case "and":
      return allOf(form.of.map(weakenForm));
  }
}

function anyOf(parts: readonly Weakened[]): Weakened {
  const branches: Branch[] = [];
  for (const part of parts) {
    if (part === "everything") return "everything";
    branches.push(...part);
  }
  return branches;
}

/** Alternatives for one and the same field are one list. */
function mergeSameField(weak: Weakened): Weakened {
  if (weak === "everything") return weak;
  const single = new Map<string, Set<string>>();
  const others: Branch[] = [];
  for (const branch of weak) {
    const [entry, ...more] = [...branch];
    if (!entry || more.length > 0) {
      others.push(branch);
      continue;
    }
    const [field, matchers] = entry;
    single.set(field, new Set([...(single.get(field) ?? []), ...matchers]));
  }
  return [...[...single].map(([field, matchers]) => new Map([[field, matchers]])), ...others];
}

/** Parts are taken in as long as the number of alternatives stays small: leaving one out passes more, never less. */
function allOf(parts: readonly Weakened[]): Weakened {
  let branches: Branch[] | undefined;
  const narrowing = parts.filter((part): part is readonly Branch[] => part !== "everything");
  for (const part of [...narrowing].sort((a, b) => a.length - b.length)) {
    if (!branches) branches = [...part];
    else if (branches.length * part.length <= MAX_BRANCHES || part.length <= 1)
      branches = branches.flatMap((left) => part.flatMap((right) => both(left, right) ?? []));
  }
  return branches ?? "everything";
}

/** The conjunction of two; undefined where no event can have both. */
function both(left: Branch, right: Branch): Branch | undefined {
  const result = new Map(left);
  for (const [field, matchers] of right) {
    const before = result.get(field);
    if (before) {
      const narrower = narrow(field, before, matchers);
      if (narrower.size === 0) return undefined;
      result.set(field, narrower);
    } else if (![...result.keys()].some((other) => mayShareList(other, field))) {
      // Of two fields that may lie in one list, EventBridge would want the same element to have both.
      result.set(field, matchers);
    }
  }
  return result;
}

/** Of a field with one value at most, what both lists name; else either list, since each is a condition of its own. */
function narrow(field: string, a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  const isExact = (matchers: ReadonlySet<string>) =>
    [...matchers].every((matcher) => matcher.startsWith('"'));
  if (fieldType(field) === "text" && isExact(a) && isExact(b)) return new Set([...a].filter((m) => b.has(m)));
  return isExact(b) && !isExact(a) ? b : a;
}

function weakenLiteral(condition: FieldCondition, negated: boolean): Weakened {
  const { field } = condition;
  const isUnsayable = field.startsWith(COMPUTED_FIELD_PREFIX) || field.split(".").some(isReserved);
  const matchers = isUnsayable ? undefined : weakMatchers(condition, negated);
  if (!matchers) return "everything";
  const texts = new Set(matchers.map((matcher) => JSON.stringify(matcher)));
  const characters = [...texts].reduce((sum, text) => sum + text.length, 0);
  if (characters > MAX_FIELD_CHARACTERS && field !== "eventName") return "everything";
  return [new Map([[field, texts]])];
}

function isReserved(key: string): boolean {
  return key === "$or" || RESERVED_IN_OR.has(key);
}

/** Absent where `errorCode` is, mostly: not worth its characters. */
const IMPLIED_BY_ERROR_CODE = "errorMessage";

/** Undefined where nothing can be said. */
function weakMatchers({ field, test }: FieldCondition, negated: boolean): readonly Matcher[] | undefined {
  // Whatever is not there for a rule is not there, or null, for EventBridge; the opposite goes for single values only.
  if (test.kind === "null" || test.kind === "exists") {
    const asksForAbsence = (test.kind === "null" || !test.value) !== negated;
    return asksForAbsence && field !== IMPLIED_BY_ERROR_CODE ? ABSENT : undefined;
  }
  if (negated || fieldType(field) === "object") return undefined;
  switch (test.kind) {
    case "string":
      return stringMatchers(field, test);
    case "number":
      return [test.value, String(test.value)];
    case "boolean":
      return [test.value, { "equals-ignore-case": String(test.value) }];
    case "compare":
    case "regex":
    case "cidr":
    case "fieldref":
      return undefined;
  }
}

/** Fields that AWS writes in its own case, as rules spell it. */
const IN_AWS_CASE: ReadonlySet<string> = new Set(["eventName", "eventSource", "userIdentity.type"]);

function stringMatchers(field: string, test: StringTest): readonly Matcher[] | undefined {
  const first = test.parts[0];
  const last = test.parts.at(-1);
  const texts = test.parts.flatMap((part) => ("text" in part ? [part.text] : []));
  const isCased = test.cased || IN_AWS_CASE.has(field);
  if (!isCased && texts.some(hasLettersBeyondAscii)) return undefined;
  const worded = (text: string): string | { "equals-ignore-case": string } =>
    isCased || text.toLowerCase() === text.toUpperCase() ? text : { "equals-ignore-case": text };
  const shape = shapeOf(test);
  if (shape.kind === "exact")
    return [worded(shape.text), ...(fieldType(field) === "text" ? [] : scalars(shape.text, test.cased))];
  // Of a pattern with wildcards, its beginning or its end, whichever says more.
  const prefix = first && "text" in first ? first.text : "";
  const suffix = last && "text" in last ? last.text : "";
  if (prefix === "" && suffix === "") return undefined;
  return [prefix.length >= suffix.length ? { prefix: worded(prefix) } : { suffix: worded(suffix) }];
}

function scalars(text: string, cased: boolean): Matcher[] {
  const number = numberSpelled(text);
  const word = cased ? text : text.toLowerCase();
  return [
    ...(number === undefined ? [] : [number]),
    ...(word === "true" || word === "false" ? [word === "true"] : []),
  ];
}
