const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

const LITERALS = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/** Position behind a number, or the complement of where it stops being one. */
export function numberEnd(bytes: Uint8Array, start: number): number {
  let position = bytes[start] === MINUS ? start + 1 : start;
  if (bytes[position] === ZERO) {
    position++;
  } else {
    const digits = digitsEnd(bytes, position);
    if (digits === position) return ~position;
    position = digits;
  }
  if (bytes[position] === 0x2e) {
    const digits = digitsEnd(bytes, position + 1);
    if (digits === position + 1) return ~digits;
    position = digits;
  }
  if (bytes[position] === 0x65 || bytes[position] === 0x45) {
    position++;
    if (bytes[position] === 0x2b || bytes[position] === MINUS) position++;
    const digits = digitsEnd(bytes, position);
    if (digits === position) return ~digits;
    position = digits;
  }
  return position;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let position = start;
  let byte = bytes[position] as number;
  while (byte >= ZERO && byte <= NINE) byte = bytes[++position] as number;
  return position;
}

/** Position behind `true`, `false` or `null`, or the complement of where it stops being one. */
export function literalEnd(bytes: Uint8Array, start: number): number {
  const word = LITERALS.get(bytes[start] as number);
  if (!word) return ~start;
  for (let index = 1; index < word.length; index++) {
    if (bytes[start + index] !== word[index]) return ~(start + index);
  }
  return start + word.length;
}
