import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { parseDuration } from "../detections/sigma/duration";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { exampleEvent, numbered, type Example } from "./example-events";

const event = z.record(z.string(), z.unknown());
const single = z.strictObject({ name: z.string().min(1), rule: z.string().optional(), event });
const step = z.strictObject({
  event,
  /** How many such events. */
  repeat: z.int().min(1).max(10_000).default(1),
  /** Time between them. */
  every: z.string().default("1s"),
  /** Time since the step before ended. */
  after: z.string().default("1s"),
});
const sequence = z.strictObject({
  name: z.string().min(1),
  rule: z.string().optional(),
  events: z.array(step).min(1),
});

const exampleFile = z.strictObject({
  matches: z.array(single).default([]),
  ignores: z.array(single).default([]),
  fires: z.array(sequence).default([]),
  quiet: z.array(sequence).default([]),
});

/** One example: events, and whether a rule should make an alert (or, for a base rule, a match) of them. */
export interface RuleExample {
  readonly name: string;
  /** Id or name of the rule it is about; the alerting rules of the file when absent. */
  readonly rule?: string;
  readonly kind: "match" | "alert";
  readonly expected: boolean;
  readonly events: readonly CloudTrailEvent[];
}

/** What is wrong with a file of examples as a whole. */
export class ExampleFileError extends Error {
  override readonly name = "ExampleFileError";
}

/**
 * Reads a file of examples (`<rule>.test.yml`): events that a rule must match or leave alone, and series of events that
 * must or must not raise an alert. See docs/detections.md.
 *
 * @throws ExampleFileError that names line and key
 */
export function parseExamples(text: string): readonly RuleExample[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new ExampleFileError(broken.message);
  const parsed = exampleFile.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => {
      const node = document.getIn(path as (string | number)[], true) as
        { range?: readonly number[] } | undefined;
      const line = node?.range?.[0] === undefined ? "" : `line ${lines.linePos(node.range[0]).line}: `;
      return `${line}${path.join(".") || "file"}: ${message}`;
    });
    throw new ExampleFileError(problems.join("; "));
  }
  const { matches, ignores, fires, quiet } = parsed.data;
  const ofEvent = (examples: typeof matches, expected: boolean) =>
    examples.map((example): RuleExample => ({
      name: example.name,
      rule: example.rule,
      kind: "match",
      expected,
      events: [exampleEvent(example.event, 1)],
    }));
  const ofSeries = (examples: typeof fires, expected: boolean) =>
    examples.map((example): RuleExample => ({
      name: example.name,
      rule: example.rule,
      kind: "alert",
      expected,
      events: seriesOf(example.events),
    }));
  return [
    ...ofEvent(matches, true),
    ...ofEvent(ignores, false),
    ...ofSeries(fires, true),
    ...ofSeries(quiet, false),
  ];
}

function seriesOf(steps: z.infer<typeof sequence>["events"]): CloudTrailEvent[] {
  const events: CloudTrailEvent[] = [];
  let second = 0;
  for (const { event: example, repeat, every, after } of steps) {
    if (events.length > 0) second += secondsOf(after);
    for (let n = 1; n <= repeat; n++) {
      if (n > 1) second += secondsOf(every);
      events.push(exampleEvent(numbered(example, n) as Example, events.length + 1, second));
    }
  }
  return events;
}

function secondsOf(duration: string): number {
  const seconds = parseDuration(duration);
  if (seconds === undefined)
    throw new ExampleFileError(`${duration} is no duration; write for example 30s, 5m, 2h or 7d`);
  return seconds;
}
