import { readUuid, UUID_WORDS } from "../../formats/uuid";

// Imported constants are read through accessors; in loops, that shows.
const WORDS = UUID_WORDS;

/** A slot of zeros is free. */
const INITIAL_SLOTS = 1 << 6;
/** Beyond, looking for a free slot takes too long. */
const MAX_LOAD = 0.8;

/** What travels between threads of an {@link EventIdSet}. */
export interface EventIds {
  readonly table: Uint32Array<ArrayBuffer>;
  readonly others: readonly string[];
}

/**
 * A set of event ids, exact, without objects: the lower-case UUIDs that CloudTrail writes take 20 to 40 bytes each, so
 * ten million some 400 MB at the most. Ids of another form are kept as texts.
 */
export class EventIdSet {
  private table = new Uint32Array(INITIAL_SLOTS * WORDS);
  private uuids = 0;
  private hasNil = false;
  private readonly others = new Set<string>();
  private readonly words = new Uint32Array(WORDS);

  get size(): number {
    return this.uuids + (this.hasNil ? 1 : 0) + this.others.size;
  }

  /** Returns whether the id was new. */
  add(id: string): boolean {
    const bytes = Buffer.from(id);
    if (readUuid(bytes, 0, bytes.length, this.words)) return this.addUuid(this.words);
    if (this.others.has(id)) return false;
    this.others.add(id);
    return true;
  }

  /** As {@link add}, of a UUID in words. */
  addUuid(words: Uint32Array): boolean {
    if (isNil(words)) {
      const isNew = !this.hasNil;
      this.hasNil = true;
      return isNew;
    }
    if ((this.uuids + 1) * WORDS > this.table.length * MAX_LOAD) this.grow();
    if (!put(this.table, words, 0)) return false;
    this.uuids++;
    return true;
  }

  /** Adds another set's ids. */
  addAll({ table, others }: EventIds): void {
    for (let slot = 0; slot < table.length; slot += WORDS) {
      if (!isFree(table, slot)) this.addUuid(table.subarray(slot, slot + WORDS));
    }
    for (const id of others) this.add(id);
  }

  export(): EventIds {
    const others = [...this.others];
    if (this.hasNil) others.push("00000000-0000-0000-0000-000000000000");
    return { table: this.table, others };
  }

  private grow(): void {
    const { table } = this;
    const larger = new Uint32Array(table.length * 2);
    for (let slot = 0; slot < table.length; slot += WORDS) if (!isFree(table, slot)) put(larger, table, slot);
    this.table = larger;
  }
}

/** Puts the words from an index on where they belong, unless they are there; returns whether they were not. */
function put(table: Uint32Array, words: Uint32Array, start: number): boolean {
  const a = words[start] as number;
  const b = words[start + 1] as number;
  const c = words[start + 2] as number;
  const d = words[start + 3] as number;
  const slots = table.length / WORDS;
  // UUIDs are random, those of a crafted log need not be: all bits count.
  const hash =
    Math.imul(Math.imul(a ^ (b >>> 15), 0x85ebca6b) ^ b, 0xc2b2ae35) ^
    Math.imul(c ^ (d >>> 13), 0x27d4eb2f) ^
    d;
  for (let index = (hash ^ (hash >>> 16)) & (slots - 1); ; index = (index + 1) & (slots - 1)) {
    const slot = index * WORDS;
    if (table[slot] === a && table[slot + 1] === b && table[slot + 2] === c && table[slot + 3] === d)
      return false;
    if (!isFree(table, slot)) continue;
    table[slot] = a;
    table[slot + 1] = b;
    table[slot + 2] = c;
    table[slot + 3] = d;
    return true;
  }
}

function isFree(table: Uint32Array, slot: number): boolean {
  return table[slot] === 0 && table[slot + 1] === 0 && table[slot + 2] === 0 && table[slot + 3] === 0;
}

function isNil(words: Uint32Array): boolean {
  return isFree(words, 0);
}
