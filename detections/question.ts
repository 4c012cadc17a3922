/** What a reader knows of a record before it is parsed as a whole. */
export interface RecordGlance {
  readonly eventName: string;
  readonly eventSource?: string;
  /** The record's JSON. */
  readonly text: string;
  /** The same object for records that have the same `userIdentity`; absent where that is not known. */
  readonly identity?: object;
  /** A field's text where it is known: undefined when it is absent or null, null when only parsing will tell. */
  glance?(field: string): string | null | undefined;
  /** False only when a field, given as a path with dots, cannot be there. @default by a search of the text */
  mayHave?(field: string): boolean;
}

/** Whether a condition holds: no, yes, or only parsing will tell. */
export type Truth = 0 | 1 | 2;
export const NO = 0;
export const MAYBE = 1;
export const YES = 2;

/** Whether a condition holds for a record, to be asked before the record is parsed. */
export interface Question {
  /** Roughly what asking it costs; 0 when the answer is always the same. */
  readonly cost: number;
  ask(record: RecordGlance): Truth;
  /** What is left to be asked of a record that has the same values in the fields of which it says so. */
  given(record: RecordGlance, isSame: (field: string) => boolean): Question;
}

// Classes: what is left to be asked is made for every kind of record, and closures take longer to make.
class Answered implements Question {
  readonly cost = 0;

  constructor(private readonly truth: Truth) {}

  ask(): Truth {
    return this.truth;
  }

  given(): Question {
    return this;
  }
}

const ANSWERS = [new Answered(NO), new Answered(MAYBE), new Answered(YES)] as const;

/** A question whose answer is the same for all records. */
export function answered(truth: Truth): Question {
  return ANSWERS[truth];
}

/** Whether a condition does not hold. */
export function opposite(of: Question): Question {
  const question = new Opposite(of);
  return of.cost === 0 ? answered(question.ask(ANY_RECORD)) : question;
}

const ANY_RECORD: RecordGlance = { eventName: "", text: "" };

class Opposite implements Question {
  readonly cost: number;

  constructor(private readonly of: Question) {
    this.cost = of.cost;
  }

  ask(record: RecordGlance): Truth {
    return (YES - this.of.ask(record)) as Truth;
  }

  given(record: RecordGlance, isSame: (field: string) => boolean): Question {
    const left = this.of.given(record, isSame);
    return left === this.of ? this : opposite(left);
  }
}

/** Whether all of some conditions hold. */
export function every(parts: readonly Question[]): Question {
  return joined(parts, NO, YES);
}

/** Whether any of some conditions holds. */
export function some(parts: readonly Question[]): Question {
  return joined(parts, YES, NO);
}

/** @param decisive answer of one part that is the answer of all; @param neutral that of all parts without it */
function joined(parts: readonly Question[], decisive: Truth, neutral: Truth): Question {
  const open: Question[] = [];
  let known = neutral;
  for (const part of parts) {
    if (part.cost > 0) {
      open.push(part);
      continue;
    }
    const truth = part.ask(ANY_RECORD);
    if (truth === decisive) return answered(decisive);
    if (truth === MAYBE) known = MAYBE;
  }
  const [only] = open;
  if (!only) return answered(known);
  if (open.length === 1 && known === neutral) return only;
  return new Joined(
    open.sort((a, b) => a.cost - b.cost),
    known,
    decisive,
    neutral,
  );
}

class Joined implements Question {
  readonly cost: number;

  constructor(
    private readonly open: readonly Question[],
    private readonly known: Truth,
    private readonly decisive: Truth,
    private readonly neutral: Truth,
  ) {
    let cost = 0;
    for (const part of open) cost += part.cost;
    this.cost = cost;
  }

  ask(record: RecordGlance): Truth {
    let outcome = this.known;
    for (const part of this.open) {
      const truth = part.ask(record);
      if (truth === this.decisive) return truth;
      if (truth === MAYBE) outcome = MAYBE;
    }
    return outcome;
  }

  given(record: RecordGlance, isSame: (field: string) => boolean): Question {
    const left: Question[] = [];
    for (const part of this.open) {
      const question = part.given(record, isSame);
      if (question.cost === 0 && question.ask(record) === this.decisive) return question;
      left.push(question);
    }
    if (this.known === MAYBE) left.push(answered(MAYBE));
    return joined(left, this.decisive, this.neutral);
  }
}
