import { formatUuid, readUuid, UUID_WORDS } from "../../formats/uuid";
import type { EventIdSet } from "./event-id-set";

/** A rule's match of an event. */
export interface StoredHit {
  /** Place of the rule among all. */
  readonly rule: number;
  readonly eventID: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** A suppression of the rule holds. */
  readonly suppressed: boolean;
  /** Numbers of the facts that are remembered for the rule; {@link NO_FACT} where the event has none. */
  readonly facts: ArrayLike<number>;
}

/** Number of the fact that is none. */
export const NO_FACT = 0;

/** What travels between threads of a {@link HitStore}. */
export interface StoredHits {
  readonly count: number;
  readonly times: Float64Array;
  readonly rules: Uint32Array;
  readonly ids: Uint32Array;
  readonly otherIds: readonly string[];
  readonly factStarts: Uint32Array;
  readonly facts: Uint32Array;
  readonly texts: readonly string[];
}

const SUPPRESSED = 1;
const OTHER_ID = 2;
const RULE_SHIFT = 2;

/**
 * Hits without objects: some hundred bytes each, and each distinct fact once. Rules that only feed correlations may
 * match a large part of a log.
 */
export class HitStore {
  private count = 0;
  private times = new Float64Array(64);
  private rules = new Uint32Array(64);
  private ids = new Uint32Array(64 * UUID_WORDS);
  private readonly otherIds: string[] = [];
  private factStarts = new Uint32Array(64);
  private facts = new Uint32Array(1024);
  private factCount = 0;
  private readonly texts: string[] = ["null"];
  private readonly numbers = new Map<string, number>();
  private readonly textNumbers = new Map<string, number>();
  private readonly words = new Uint32Array(UUID_WORDS);

  get size(): number {
    return this.count;
  }

  /** The number under which a fact is remembered. */
  numberOf(json: string): number {
    const known = this.numbers.get(json);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(json);
    this.numbers.set(json, number);
    return number;
  }

  /** As {@link numberOf}, of a text; the common case, which needs no JSON. */
  numberOfText(text: string): number {
    let number = this.textNumbers.get(text);
    if (number === undefined) {
      number = this.numberOf(JSON.stringify(text));
      this.textNumbers.set(text, number);
    }
    return number;
  }

  /** JSON of a fact. */
  textOf(number: number): string {
    return this.texts[number] as string;
  }

  /** @param uuid the words of the event's id, where it is a UUID; @default read from its text */
  add({ rule, eventID, timeMs, suppressed, facts }: StoredHit, uuid?: Uint32Array): void {
    const index = this.count++;
    this.times = withRoom(this.times, this.count);
    this.rules = withRoom(this.rules, this.count);
    this.ids = withRoom(this.ids, this.count * UUID_WORDS);
    this.factStarts = withRoom(this.factStarts, this.count + 1);
    this.facts = withRoom(this.facts, this.factCount + facts.length);
    const isUuid = uuid !== undefined || isUuidText(eventID, this.words);
    if (!isUuid) {
      this.words.fill(this.otherIds.length);
      this.otherIds.push(eventID);
    }
    this.times[index] = timeMs;
    this.rules[index] = (rule << RULE_SHIFT) | (isUuid ? 0 : OTHER_ID) | (suppressed ? SUPPRESSED : 0);
    this.ids.set(uuid ?? this.words, index * UUID_WORDS);
    this.factStarts[index] = this.factCount;
    this.facts.set(facts, this.factCount);
    this.factCount += facts.length;
    this.factStarts[index + 1] = this.factCount;
  }

  at(index: number): StoredHit {
    const rule = this.rules[index] as number;
    return {
      rule: rule >>> RULE_SHIFT,
      eventID: this.idAt(index),
      timeMs: this.times[index] as number,
      suppressed: (rule & SUPPRESSED) !== 0,
      facts: this.facts.subarray(this.factStarts[index], this.factStarts[index + 1]),
    };
  }

  /** Adds the id of a hit's event to a set; returns whether it was new. */
  addIdTo(set: EventIdSet, index: number): boolean {
    if (this.isOther(index)) return set.add(this.idAt(index));
    const start = index * UUID_WORDS;
    return set.addUuid(this.ids.subarray(start, start + UUID_WORDS));
  }

  /**
   * Places of all hits by time, id, rule and facts: the same order whatever the order in which they were added. No more
   * can be added then.
   */
  sorted(): Uint32Array {
    this.numbers.clear();
    this.textNumbers.clear();
    return Uint32Array.from({ length: this.count }, (_, index) => index).sort((a, b) => this.compare(a, b));
  }

  /** Adds the hits of another store. */
  addAll(other: StoredHits): void {
    const numbers = other.texts.map((text, number) => (number === NO_FACT ? NO_FACT : this.numberOf(text)));
    const store = HitStore.of(other);
    for (let index = 0; index < other.count; index++) {
      const hit = store.at(index);
      this.add({ ...hit, facts: Array.from(hit.facts, (fact) => numbers[fact] as number) });
    }
  }

  export(): StoredHits {
    const { count, times, rules, ids, otherIds, factStarts, facts, texts } = this;
    return { count, times, rules, ids, otherIds, factStarts, facts, texts };
  }

  private static of(hits: StoredHits): HitStore {
    return Object.assign(new HitStore(), hits);
  }

  private idAt(index: number): string {
    const start = index * UUID_WORDS;
    return this.isOther(index)
      ? (this.otherIds[this.ids[start] as number] as string)
      : formatUuid(this.ids, start);
  }

  private isOther(index: number): boolean {
    return ((this.rules[index] as number) & OTHER_ID) !== 0;
  }

  private compare(a: number, b: number): number {
    return (
      (this.times[a] as number) - (this.times[b] as number) ||
      this.compareIds(a, b) ||
      ((this.rules[a] as number) >>> RULE_SHIFT) - ((this.rules[b] as number) >>> RULE_SHIFT) ||
      this.compareFacts(a, b)
    );
  }

  private compareIds(a: number, b: number): number {
    if (this.isOther(a) || this.isOther(b)) return compareTexts(this.idAt(a), this.idAt(b));
    for (let word = 0; word < UUID_WORDS; word++) {
      const difference =
        (this.ids[a * UUID_WORDS + word] as number) - (this.ids[b * UUID_WORDS + word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Of two records with the same id and time. */
  private compareFacts(a: number, b: number): number {
    const json = (index: number): string =>
      Array.from(this.at(index).facts, (fact) => this.textOf(fact)).join();
    return compareTexts(json(a), json(b));
  }
}

function isUuidText(id: string, words: Uint32Array): boolean {
  const bytes = Buffer.from(id);
  return readUuid(bytes, 0, bytes.length, words);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The array itself, or a copy of twice the length when it is too short. */
function withRoom<A extends Float64Array | Uint32Array>(array: A, length: number): A {
  if (length <= array.length) return array;
  const Type = array.constructor as new (length: number) => A;
  const larger = new Type(Math.max(length, 2 * array.length));
  larger.set(array);
  return larger;
}
