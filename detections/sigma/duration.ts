const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of a duration such as `90m`: a whole number of `s`, `m`, `h` or `d` (Sigma correlation rules specification
 * 2.0, "Time Selection"). Undefined for other text and for zero.
 */
export function parseDuration(text: string): number | undefined {
  const [, count = "", unit = ""] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? 0);
  return seconds > 0 ? seconds : undefined;
}
