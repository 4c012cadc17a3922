/** 32-bit words of a UUID. */
export const UUID_WORDS = 4;

const UUID_LENGTH = 36;
const DASHES: readonly number[] = [8, 13, 18, 23];
const DASH = 0x2d;
/** Where each four of the hexadecimal digits start in the text. */
const FOURS: readonly number[] = [0, 4, 9, 14, 19, 24, 28, 32];
const DIGITS = "0123456789abcdef";
/** What each byte is worth as a lower-case hexadecimal digit; negative when it is none. */
const VALUES = Int8Array.from({ length: 256 }, (_, byte) => DIGITS.indexOf(String.fromCharCode(byte)));
const CODES = Buffer.from(DIGITS);

/** Reads a lower-case UUID, as CloudTrail writes event ids, into words; false for all other texts. */
export function readUuid(bytes: Uint8Array, start: number, end: number, words: Uint32Array): boolean {
  if (end - start !== UUID_LENGTH) return false;
  for (const at of DASHES) if (bytes[start + at] !== DASH) return false;
  for (let four = 0; four < FOURS.length; four += 2) {
    const upper = fourDigits(bytes, start + (FOURS[four] as number));
    const lower = fourDigits(bytes, start + (FOURS[four + 1] as number));
    if ((upper | lower) < 0) return false;
    words[four >> 1] = (upper << 16) | lower;
  }
  return true;
}

/** Negative when they are none. */
function fourDigits(bytes: Uint8Array, at: number): number {
  return (
    (valueAt(bytes, at) << 12) |
    (valueAt(bytes, at + 1) << 8) |
    (valueAt(bytes, at + 2) << 4) |
    valueAt(bytes, at + 3)
  );
}

function valueAt(bytes: Uint8Array, at: number): number {
  return VALUES[bytes[at] as number] as number;
}

const formatted = Buffer.alloc(UUID_LENGTH, DASH);

/** The text of a UUID whose words start at an index. */
export function formatUuid(words: Uint32Array, start: number): string {
  for (let four = 0; four < FOURS.length; four++) {
    const value = (words[start + (four >> 1)] as number) >>> (four % 2 === 0 ? 16 : 0);
    const at = FOURS[four] as number;
    for (let digit = 0; digit < 4; digit++)
      formatted[at + digit] = CODES[(value >>> (12 - 4 * digit)) & 0xf] as number;
  }
  return formatted.toString("latin1");
}
