import { computedField } from "./computed-fields";
import {
  answered,
  every,
  MAYBE,
  NO,
  opposite,
  type Question,
  type RecordGlance,
  some,
  type Truth,
  YES,
} from "./question";
import { type Concern, OpenThings } from "./open-things";
import { compileValueTest } from "./sigma/match";
import type { Condition, FieldCondition, StringTest } from "./sigma/model";

const GLANCE_COST = 1;
const SEARCH_COST = 10;
/** Distinct values of a field that a test's outcome is remembered for. */
const REMEMBERED_VALUES = 1_000;

/**
 * Turns conditions into questions that can be asked of a record before it is parsed. What the reader knows of a field
 * decides a test of it, a key or text that is nowhere in the record decides a test that needs it, and all else stays
 * open, in three-valued logic. Conditions that share a test share its answer for the record at hand.
 */
export class MayMatchCompiler {
  private readonly shared = new Map<string, Question>();
  private readonly texts = new LowerCaseTexts();

  /**
   * The question which of some things may concern a record, for the condition of each may hold. What the most telling
   * fields leave open is remembered for the values of these fields, so that most records need little more than that.
   *
   * @returns a function that leaves out only things whose conditions the record cannot satisfy
   */
  compile<Thing>(
    things: readonly Thing[],
    conditionOf: (thing: Thing) => Condition,
  ): (record: RecordGlance) => readonly Concern<Thing>[] {
    const open = new OpenThings(things, (thing) => this.questionOf(conditionOf(thing)));
    return (record) => open.of(record);
  }

  private questionOf(condition: Condition): Question {
    switch (condition.op) {
      case "and":
        return every(condition.of.map((part) => this.questionOf(part)));
      case "or":
        return some(condition.of.map((part) => this.questionOf(part)));
      case "not":
        return opposite(this.questionOf(condition.of));
      case "keyword":
      case "field": {
        const key = JSON.stringify(condition);
        let question = this.shared.get(key);
        if (!question) {
          question =
            condition.op === "field"
              ? this.fieldQuestion(condition)
              : new SearchQuestion(this.texts, undefined, needlesOf(condition.test), NO);
          this.shared.set(key, question);
        }
        return question;
      }
    }
  }

  private fieldQuestion({ field, test }: FieldCondition): Question {
    if (computedField(field)) return answered(MAYBE);
    const absent = holdsWhenAbsent(test) ? YES : NO;
    const needles = test.kind === "string" ? needlesOf(test) : [];
    const searched = PLAIN.test(lastKey(field)) ? field : undefined;
    const search = new SearchQuestion(this.texts, searched, needles, absent);
    return new FieldQuestion(field, absent, rememberingTexts(textJudge(test)), search);
  }
}

/** A question that several conditions share: the answer for the record at hand is remembered. */
abstract class SharedQuestion implements Question {
  abstract readonly cost: number;
  private last: RecordGlance | undefined;
  private truth: Truth = MAYBE;

  ask(record: RecordGlance): Truth {
    if (record !== this.last) {
      this.truth = this.find(record);
      this.last = record;
    }
    return this.truth;
  }

  abstract given(record: RecordGlance, isSame: (field: string) => boolean): Question;
  protected abstract find(record: RecordGlance): Truth;
}

class FieldQuestion extends SharedQuestion {
  readonly cost = GLANCE_COST;

  constructor(
    private readonly field: string,
    private readonly absent: Truth,
    private readonly judge: (text: string) => Truth,
    private readonly search: Question,
  ) {
    super();
  }

  given(record: RecordGlance, isSame: (field: string) => boolean): Question {
    const text = record.glance && isSame(this.field) ? record.glance(this.field) : null;
    return text === null ? this : answered(this.answer(text));
  }

  protected find(record: RecordGlance): Truth {
    const text = record.glance ? record.glance(this.field) : null;
    return text === null ? this.search.ask(record) : this.answer(text);
  }

  private answer(text: string | undefined): Truth {
    return text === undefined ? this.absent : this.judge(text);
  }
}

class SearchQuestion extends SharedQuestion {
  readonly cost = SEARCH_COST;

  /** @param missing answer when the field, or one of the lower-case needles, is not in the record */
  constructor(
    private readonly texts: LowerCaseTexts,
    private readonly field: string | undefined,
    private readonly needles: readonly string[],
    private readonly missing: Truth,
  ) {
    super();
  }

  given(): Question {
    return this;
  }

  protected find(record: RecordGlance): Truth {
    const { field, missing, needles } = this;
    if (field !== undefined && !mayHave(record, field)) return missing;
    if (needles.length === 0) return MAYBE;
    const text = this.texts.of(record);
    // A letter that is written as an escape may be anything.
    return text.includes("\\u") || needles.every((needle) => text.includes(needle)) ? MAYBE : missing;
  }
}

/** The text of the record at hand in lower case. */
class LowerCaseTexts {
  private record: RecordGlance | undefined;
  private text = "";

  of(record: RecordGlance): string {
    if (record !== this.record) {
      this.record = record;
      this.text = record.text.toLowerCase();
    }
    return this.text;
  }
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

function mayHave(record: RecordGlance, field: string): boolean {
  if (record.mayHave) return record.mayHave(field);
  return record.text.includes(`"${lastKey(field)}"`) || record.text.includes("\\u");
}

function lastKey(field: string): string {
  return field.split(".").at(-1) ?? "";
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
