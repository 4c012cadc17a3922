/** A metric filter pattern that CloudWatch Logs would refuse, or that is not one of the JSON kind. */
export class MetricFilterSyntaxError extends Error {
  override readonly name = "MetricFilterSyntaxError";

  /**
   * @param pattern the whole pattern
   * @param position where the problem starts, zero-based; the message counts characters from one
   * @param problem what is wrong and what is allowed
   */
  constructor(
    readonly pattern: string,
    readonly position: number,
    problem: string,
  ) {
    super(`metric filter pattern, character ${position + 1}${near(pattern, position)}: ${problem}`);
  }
}

const NEAR_LENGTH = 24;

function near(pattern: string, position: number): string {
  const rest = pattern.slice(position, position + NEAR_LENGTH);
  if (rest === "") return " (the end)";
  return ` (${JSON.stringify(rest)}${position + NEAR_LENGTH < pattern.length ? "..." : ""})`;
}

/** A position in a pattern, moving forward. */
export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character at the position; empty at the end. */
  get next(): string {
    return this.text.charAt(this.position);
  }

  skipSpace(): void {
    this.take(/\s*/y);
  }

  /** Moves past `token` if it comes next. */
  takeToken(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  /** Moves past what the sticky expression matches here, and returns it. */
  take(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.position;
    const found = sticky.exec(this.text)?.[0];
    this.position += found?.length ?? 0;
    return found;
  }

  fail(problem: string, position = this.position): never {
    throw new MetricFilterSyntaxError(this.text, position, problem);
  }
}
