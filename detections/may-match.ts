import { computedField } from "./computed-fields";
import { compileValueTest } from "./sigma/match";
import type { Condition, FieldCondition, StringTest } from "./sigma/model";

/** What a reader knows of a record before it is parsed as a whole. */
export interface RecordGlance {
  readonly eventName: string;
  readonly eventSource?: string;
  /** The record's JSON. */
  readonly text: string;
  /** A field's text where it is known: undefined when it is absent or null, null when only parsing will tell. */
  glance?(field: string): string | null | undefined;
  /** False only when no object in the record has the key. @default by a search of the text */
  mayHaveKey?(key: string): boolean;
}

/** Whether a condition holds: no, yes, or only parsing will tell. */
type Truth = 0 | 1 | 2;
const NO = 0;
const MAYBE = 1;
const YES = 2;
type Judge = (record: RecordGlance) => Truth;

/** A judge, and roughly what asking it costs. */
interface Costed {
  readonly judge: Judge;
  readonly cost: number;
}

const GLANCE_COST = 1;
const SEARCH_COST = 10;
/** Distinct values of a field that a test's outcome is remembered for. */
const REMEMBERED_VALUES = 1_000;

/**
 * Turns conditions into questions that can be asked of a record before it is parsed. What the reader knows of a field
 * decides a test of it, a key or text that is nowhere in the record decides a test that needs it, and all else stays
 * open, in three-valued logic. Conditions that share a part share its answer for the record at hand.
 */
export class MayMatchCompiler {
  private readonly shared = new Map<string, Costed>();
  private lowerCasedRecord: RecordGlance | undefined;
  private lowerCaseText = "";

  /**
   * The question whether any of the conditions may hold. Which of them the most telling fields leave open is
   * remembered for the values of these fields, so that most records need no more than that.
   *
   * @returns a function that is false only for records that can satisfy none of the conditions
   */
  compile(conditions: readonly Condition[]): (record: RecordGlance) => boolean {
    const judges = conditions.map((condition) => this.costed(condition).judge);
    const openFor = new OpenJudges();
    return (record) => {
      if (!record.glance) return mayAny(judges, record);
      const [first, second, third] = TELLING_FIELDS;
      const known = openFor.at(record.glance(first), record.glance(second), record.glance(third));
      known.judges ??= stillOpen(judges, record);
      return mayAny(known.judges, record);
    };
  }

  private costed(condition: Condition): Costed {
    const key = JSON.stringify(condition);
    const known = this.shared.get(key);
    if (known) return known;
    const costed = rememberingLast(this.compileNew(condition));
    this.shared.set(key, costed);
    return costed;
  }

  private compileNew(condition: Condition): Costed {
    switch (condition.op) {
      case "and":
        return this.compileAll(condition.of, NO, YES);
      case "or":
        return this.compileAll(condition.of, YES, NO);
      case "not": {
        const { judge, cost } = this.costed(condition.of);
        return { judge: (record) => (YES - judge(record)) as Truth, cost };
      }
      case "keyword":
        return this.compileSearch(undefined, needlesOf(condition.test), NO);
      case "field":
        return this.compileField(condition);
    }
  }

  /** @param decisive outcome of one part that is the outcome of all; @param otherwise of all parts without it */
  private compileAll(parts: readonly Condition[], decisive: Truth, otherwise: Truth): Costed {
    const costed = parts.map((part) => this.costed(part)).sort((a, b) => a.cost - b.cost);
    const judges = costed.map(({ judge }) => judge);
    return {
      judge: (record) => {
        let outcome = otherwise;
        for (const judge of judges) {
          const truth = judge(record);
          if (truth === decisive) return decisive;
          if (truth === MAYBE) outcome = MAYBE;
        }
        return outcome;
      },
      cost: costed.reduce((sum, { cost }) => sum + cost, 0),
    };
  }

  private compileField({ field, test }: FieldCondition): Costed {
    if (computedField(field)) return { judge: () => MAYBE, cost: 0 };
    const absent = holdsWhenAbsent(test) ? YES : NO;
    const key = field.split(".").at(-1) ?? "";
    const needles = test.kind === "string" ? needlesOf(test) : [];
    const search = this.compileSearch(PLAIN.test(key) ? key : undefined, needles, absent).judge;
    const judgeText = rememberingTexts(textJudge(test));
    return {
      judge: (record) => {
        const text = record.glance ? record.glance(field) : null;
        if (text === null) return search(record);
        return text === undefined ? absent : judgeText(text);
      },
      cost: GLANCE_COST,
    };
  }

  /** @param missing outcome when the key, or one of the lower-case needles, is not in the record */
  private compileSearch(key: string | undefined, needles: readonly string[], missing: Truth): Costed {
    return {
      judge: (record) => {
        if (key !== undefined && !mayHaveKey(record, key)) return missing;
        return needles.length === 0 || this.mayContain(record, needles) ? MAYBE : missing;
      },
      cost: SEARCH_COST,
    };
  }

  private mayContain(record: RecordGlance, needles: readonly string[]): boolean {
    if (this.lowerCasedRecord !== record) {
      this.lowerCasedRecord = record;
      this.lowerCaseText = record.text.toLowerCase();
    }
    const text = this.lowerCaseText;
    // A letter that is written as an escape may be anything.
    return text.includes("\\u") || needles.every((needle) => text.includes(needle));
  }
}

/** Fields by which most records can be told to be of no interest: few distinct values, and many rules ask for them. */
const TELLING_FIELDS = ["errorCode", "eventType", "userIdentity.type"] as const;

type GlanceText = string | null | undefined;

/** Judges by the values of the three telling fields; maps in maps, because joining texts takes longer. */
class OpenJudges {
  private readonly byText = new Map<
    GlanceText,
    Map<GlanceText, Map<GlanceText, { judges?: readonly Judge[] }>>
  >();
  private size = 0;

  at(first: GlanceText, second: GlanceText, third: GlanceText): { judges?: readonly Judge[] } {
    const found = this.byText.get(first)?.get(second)?.get(third);
    if (found) return found;
    if (this.size++ >= REMEMBERED_VALUES) {
      this.byText.clear();
      this.size = 1;
    }
    const seconds =
      this.byText.get(first) ?? new Map<GlanceText, Map<GlanceText, { judges?: readonly Judge[] }>>();
    const thirds = seconds.get(second) ?? new Map<GlanceText, { judges?: readonly Judge[] }>();
    const added = {};
    this.byText.set(first, seconds);
    seconds.set(second, thirds);
    thirds.set(third, added);
    return added;
  }
}

/** The judges that the telling fields alone leave open. */
function stillOpen(judges: readonly Judge[], record: RecordGlance): readonly Judge[] {
  const telling = onlyTelling(record);
  return judges.filter((judge) => judge(telling) !== NO);
}

/** Stands for a record's text of which nothing can be told, because letters may be written as escapes. */
const UNREADABLE = "\\u";

/** A record of which no more than the telling fields is known. */
function onlyTelling(record: RecordGlance): RecordGlance {
  return {
    eventName: record.eventName,
    eventSource: record.eventSource,
    text: UNREADABLE,
    glance: (field) =>
      (TELLING_FIELDS as readonly string[]).includes(field) ? record.glance?.(field) : null,
    mayHaveKey: () => true,
  };
}

function mayAny(judges: readonly Judge[], record: RecordGlance): boolean {
  for (const judge of judges) if (judge(record) !== NO) return true;
  return false;
}

function rememberingLast({ judge, cost }: Costed): Costed {
  let last: RecordGlance | undefined;
  let outcome: Truth = MAYBE;
  return {
    judge: (record) => {
      if (record !== last) {
        outcome = judge(record);
        last = record;
      }
      return outcome;
    },
    cost,
  };
}

function rememberingTexts(judge: (text: string) => Truth): (text: string) => Truth {
  const known = new Map<string, Truth>();
  return (text) => {
    let truth = known.get(text);
    if (truth === undefined) {
      if (known.size >= REMEMBERED_VALUES) known.clear();
      truth = judge(text);
      known.set(text, truth);
    }
    return truth;
  };
}

function mayHaveKey(record: RecordGlance, key: string): boolean {
  if (record.mayHaveKey) return record.mayHaveKey(key);
  return record.text.includes(`"${key}"`) || record.text.includes("\\u");
}

function holdsWhenAbsent(test: FieldCondition["test"]): boolean {
  return test.kind === "null" || (test.kind === "exists" && !test.value);
}

/** The outcome of a test of a field that has a text. */
function textJudge(test: FieldCondition["test"]): (text: string) => Truth {
  if (test.kind === "null") return () => NO;
  if (test.kind === "exists") return () => (test.value ? YES : NO);
  if (test.kind === "fieldref") return () => MAYBE;
  const accepts = compileValueTest(test);
  return (text) => (accepts(text) ? YES : NO);
}

/** Characters that JSON writers neither escape nor could write in another form, but for `\u` escapes. */
const PLAIN = /^[\x20\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+$/;

/** Lower-case texts that a matching value's JSON contains. A slash may be escaped, a number written in other ways. */
function needlesOf({ parts }: StringTest): string[] {
  return parts
    .flatMap((part) => ("text" in part ? part.text.split("/") : []))
    .filter((text) => PLAIN.test(text) && !/^[-+.\d]*$/.test(text))
    .map((text) => text.toLowerCase())
    .sort((a, b) => b.length - a.length);
}
