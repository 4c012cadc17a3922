const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Whether bytes are an `eventTime`: ISO 8601 with date, time to the second at least, and zone. */
export function isTime(bytes: Buffer, start: number, end: number): boolean {
  if (isPlainTime(bytes, start, end)) return true;
  const text = bytes.toString("latin1", start, end);
  return ISO_TIME.test(text) && !Number.isNaN(Date.parse(text));
}

/** Length of `2026-01-31T23:59:59Z`. */
const PLAIN_TIME_LENGTH = 20;

/** A time as CloudTrail itself writes it, on one of the first 28 days of a month; all others take the long way. */
function isPlainTime(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== PLAIN_TIME_LENGTH) return false;
  const month = twoDigits(bytes, start + 5);
  const day = twoDigits(bytes, start + 8);
  return (
    twoDigits(bytes, start) >= 0 &&
    twoDigits(bytes, start + 2) >= 0 &&
    bytes[start + 4] === 0x2d &&
    month >= 1 &&
    month <= 12 &&
    bytes[start + 7] === 0x2d &&
    day >= 1 &&
    day <= 28 &&
    bytes[start + 10] === 0x54 &&
    isTwoDigitsUpTo(bytes, start + 11, 23) &&
    bytes[start + 13] === 0x3a &&
    isTwoDigitsUpTo(bytes, start + 14, 59) &&
    bytes[start + 16] === 0x3a &&
    isTwoDigitsUpTo(bytes, start + 17, 59) &&
    bytes[start + 19] === 0x5a
  );
}

function isTwoDigitsUpTo(bytes: Buffer, at: number, most: number): boolean {
  const value = twoDigits(bytes, at);
  return value >= 0 && value <= most;
}

/** Negative when they are none. */
function twoDigits(bytes: Buffer, at: number): number {
  const tens = (bytes[at] as number) - 0x30;
  const ones = (bytes[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : -1;
}
