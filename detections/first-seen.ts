import type { Entry } from "./correlation-window";
import type { Correlation } from "./sigma/model";

/** What is known of a group and a value when an event of them comes; times in milliseconds since 1970. */
export interface Sightings {
  /** Earliest event of the group so far; undefined for a group that has none. */
  readonly groupFirstSeenMs: number | undefined;
  /** Latest event of the group with the value so far; undefined for a value that has none. */
  readonly valueLastSeenMs: number | undefined;
}

/**
 * Whether an event is its group's first use of a value: the group has been watched for the learning period, and the
 * value was not seen within the timespan before. An event that arrives after a later one with the same value is none,
 * because that one has been judged already; so disorder neither loses nor repeats anything.
 */
export function isFirstSeen(
  { timespanSeconds, learningSeconds = 0 }: Pick<Correlation, "timespanSeconds" | "learningSeconds">,
  { groupFirstSeenMs, valueLastSeenMs }: Sightings,
  timeMs: number,
): boolean {
  const watchedMs = Math.max(0, timeMs - (groupFirstSeenMs ?? timeMs));
  if (watchedMs < learningSeconds * 1000) return false;
  return valueLastSeenMs === undefined || timeMs - valueLastSeenMs > timespanSeconds * 1000;
}

/** The values of one group, and when they were seen, in memory; for entries that come in order of time. */
export class SeenValues {
  private groupFirstSeenMs: number | undefined;
  private readonly lastSeen = new Map<string, number>();

  constructor(private readonly correlation: Correlation) {}

  /** Adds an entry; returns those of its values that are its group's first. */
  add({ values = [], timeMs }: Entry): string[] {
    const { groupFirstSeenMs } = this;
    const unseen = values.filter((value) =>
      isFirstSeen(this.correlation, { groupFirstSeenMs, valueLastSeenMs: this.lastSeen.get(value) }, timeMs),
    );
    this.groupFirstSeenMs ??= timeMs;
    for (const value of values) this.lastSeen.set(value, timeMs);
    return unseen;
  }
}
