import { NO, type Question, type RecordGlance, YES } from "./question";

/** Something that concerns a record. */
export interface Concern<Thing> {
  readonly thing: Thing;
  /** False when only parsing the record will tell. */
  readonly isSure: boolean;
}

/** Something that concerns a record unless the answer to a question is no. */
class OpenThing<Thing> {
  readonly sure: Concern<Thing>;
  readonly unsure: Concern<Thing>;

  constructor(
    readonly thing: Thing,
    readonly question: Question,
  ) {
    this.sure = { thing, isSure: true };
    this.unsure = { thing, isSure: false };
  }
}

/** Values of the telling fields, or records with the same `userIdentity`, that are remembered. */
const REMEMBERED_VALUES = 1_000;

type GlanceText = string | null | undefined;

/** What records of one kind leave open, and of these, records with the same `userIdentity`. */
interface Kind<Thing> {
  readonly open: readonly OpenThing<Thing>[];
  readonly byIdentity: Map<object, readonly OpenThing<Thing>[]>;
}

/**
 * Asks records which of some things may concern them. What fields leave open by which most records can be told to be of
 * no interest (few distinct values, and many rules ask for them) is remembered for the values of these fields.
 */
export class OpenThings<Thing> {
  /** Maps in maps, because joining texts takes longer: by errorCode, eventType and the identity's type. */
  private readonly kinds = new Map<GlanceText, Map<GlanceText, Map<GlanceText, Kind<Thing>>>>();
  private size = 0;

  private readonly all: readonly OpenThing<Thing>[];

  /** To be asked of records with the same `eventName` and `eventSource` only. */
  constructor(things: readonly Thing[], questionOf: (thing: Thing) => Question) {
    this.all = things.map((thing) => new OpenThing(thing, questionOf(thing)));
  }

  /** The things that concern a record, or may do so. */
  of(record: RecordGlance): readonly Concern<Thing>[] {
    let found: Concern<Thing>[] | undefined;
    for (const { question, sure, unsure } of record.glance ? this.leftFor(record) : this.all) {
      const truth = question.ask(record);
      if (truth !== NO) (found ??= []).push(truth === YES ? sure : unsure);
    }
    return found ?? NOTHING;
  }

  private leftFor(record: RecordGlance): readonly OpenThing<Thing>[] {
    const { open, byIdentity } = this.kindOf(record);
    const { identity } = record;
    if (open.length === 0 || !identity) return open;
    let left = byIdentity.get(identity);
    if (!left) {
      left = stillOpen(open, record, (field) => field.startsWith("userIdentity."));
      byIdentity.set(identity, left);
      this.count();
    }
    return left;
  }

  private kindOf(record: RecordGlance): Kind<Thing> {
    const code = record.glance?.("errorCode");
    const type = record.glance?.("eventType");
    const caller = record.glance?.("userIdentity.type");
    const known = this.kinds.get(code)?.get(type)?.get(caller);
    if (known) return known;
    const kind = {
      open: stillOpen(this.all, record, (field) => TELLING_FIELDS.includes(field)),
      byIdentity: new Map<object, readonly OpenThing<Thing>[]>(),
    };
    this.count();
    const types = this.kinds.get(code) ?? new Map<GlanceText, Map<GlanceText, Kind<Thing>>>();
    const callers = types.get(type) ?? new Map<GlanceText, Kind<Thing>>();
    this.kinds.set(code, types.set(type, callers.set(caller, kind)));
    return kind;
  }

  private count(): void {
    if (this.size++ < REMEMBERED_VALUES) return;
    this.kinds.clear();
    this.size = 1;
  }
}

/** Name and source are the same wherever these questions are asked. */
const TELLING_FIELDS: readonly string[] = [
  "eventName",
  "eventSource",
  "errorCode",
  "eventType",
  "userIdentity.type",
];

/** Shared, since most records are of no interest. */
const NOTHING: readonly never[] = [];

function stillOpen<Thing>(
  things: readonly OpenThing<Thing>[],
  record: RecordGlance,
  isSame: (field: string) => boolean,
): readonly OpenThing<Thing>[] {
  const open: OpenThing<Thing>[] = [];
  for (const { thing, question } of things) {
    const left = question.given(record, isSame);
    if (left.cost > 0 || left.ask(record) !== NO) open.push(new OpenThing(thing, left));
  }
  return open.length === 0 ? NOTHING : open;
}
