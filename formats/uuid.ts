/** 32-bit words of a UUID. */
export const UUID_WORDS = 4;

// Exported constants are read through accessors; in loops, that shows.
const WORDS = UUID_WORDS;

const UUID_LENGTH = 36;
const DASHES: readonly number[] = [8, 13, 18, 23];
/** Where the eight hexadecimal digits of each word are in the text. */
const DIGITS: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
];

/** Reads a lower-case UUID, as CloudTrail writes event ids, into words; false for all other texts. */
export function readUuid(bytes: Uint8Array, start: number, end: number, words: Uint32Array): boolean {
  if (end - start !== UUID_LENGTH) return false;
  for (const at of DASHES) if (bytes[start + at] !== 0x2d) return false;
  for (let word = 0; word < WORDS; word++) {
    const digits = DIGITS[word] as readonly number[];
    let value = 0;
    for (let digit = 0; digit < 8; digit++) {
      const byte = bytes[start + (digits[digit] as number)] as number;
      if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30);
      else if (byte >= 0x61 && byte <= 0x66) value = (value << 4) | (byte - 0x57);
      else return false;
    }
    words[word] = value;
  }
  return true;
}

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The text of a UUID whose words start at an index. */
export function formatUuid(words: Uint32Array, start: number): string {
  let hex = "";
  for (let word = 0; word < WORDS; word++) {
    const value = words[start + word] as number;
    for (let shift = 24; shift >= 0; shift -= 8) hex += PAIRS[(value >>> shift) & 0xff] as string;
  }
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
