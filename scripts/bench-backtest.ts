import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { createGzip, gunzipSync } from "node:zlib";
import { loadRules, SHIPPED_RULES_FOLDER } from "../catalog/load-rules";
import { backtest } from "../cli/backtest/backtest";
import type { Condition, Rule } from "../detections/sigma/model";
import { sampleRecords } from "./bench/sample-log";
import type { Figure } from "./figure";
import { median } from "./median";

/** One log of an hour of a busy account. */
const EVENTS = 80_000;
/** What such a log unpacks to, and a little less. */
const MEGABYTES_A_LOG = 108;
const ROUNDS = 7;
/** What the folder whose memory is measured unpacks to; TRAILKEEPER_BENCH_MB changes it. */
const FOLDER_MEGABYTES = 2_000;

/**
 * Measures the backtest with the shipped rules on one thread: events a second, what it costs beside merely unpacking
 * and parsing the same file, how much ten times the rules cost, and the memory that a large folder takes. Rounds take
 * turns, so that what else the machine does falls on all alike.
 */
export async function benchBacktest(): Promise<readonly Figure[]> {
  const { rules } = loadRules(SHIPPED_RULES_FOLDER);
  const folder = mkdtempSync(join(tmpdir(), "trailkeeper-bench-"));
  try {
    const file = join(folder, "log.json.gz");
    await writeLog(file, EVENTS, 1, "records");
    const test = async (some: readonly Rule[]): Promise<number> =>
      (await backtest([file], { rules: some })).seconds;
    const plain = () => Promise.resolve(unpackAndParse(file));
    const beside = await inTurns(plain, () => test(rules));
    const tenfold = await inTurns(
      () => test(rules),
      () => test(multiplied(rules, 10)),
    );
    const { megabytes, rssMegabytes } = await memoryOfFolder(folder);
    return [
      {
        name: `backtest: ${rules.length} rules, one thread`,
        value: EVENTS / beside.second,
        unit: "events/s",
      },
      { name: "backtest: times gunzip and JSON.parse of the same file", value: beside.ratio, unit: "x" },
      { name: "backtest: ten times the rules, times one", value: tenfold.ratio, unit: "x" },
      { name: `backtest: memory for a folder of ${megabytes} MB`, value: rssMegabytes, unit: "MB" },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Medians of the second's seconds, and of what they are of the first's. The first round warms up. */
async function inTurns(
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<{ readonly second: number; readonly ratio: number }> {
  const rounds: (readonly [first: number, second: number])[] = [];
  for (let round = 0; round <= ROUNDS; round++) rounds.push([await first(), await second()]);
  const measured = rounds.slice(1);
  return {
    second: median(measured.map(([, seconds]) => seconds)),
    ratio: median(measured.map(([under, over]) => over / under)),
  };
}

function unpackAndParse(file: string): number {
  const started = performance.now();
  const log = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    readonly Records: readonly unknown[];
  };
  if (log.Records.length !== EVENTS) throw new Error("the log has lost events");
  return (performance.now() - started) / 1000;
}

/** A rule set so many times as large; what is added asks for calls of its own, as rules for other services would. */
function multiplied(rules: readonly Rule[], times: number): Rule[] {
  const copies = Array.from({ length: times - 1 }, (_, copy) =>
    rules.map((rule) => forOtherCalls(rule, copy)),
  );
  return [...rules, ...copies.flat()];
}

function forOtherCalls(rule: Rule, copy: number): Rule {
  const id = `${rule.id}-${copy}`;
  if (rule.kind === "correlation") {
    const { correlation } = rule;
    return {
      ...rule,
      id,
      correlation: { ...correlation, rules: correlation.rules.map((of) => `${of}-${copy}`) },
    };
  }
  const name: Condition = {
    op: "field",
    field: "eventName",
    test: { kind: "string", parts: [{ text: `OtherCall${copy}` }, { wildcard: "*" }], cased: false },
  };
  return { ...rule, id, condition: { op: "and", of: [rule.condition, name] } };
}

async function memoryOfFolder(
  folder: string,
): Promise<{ readonly megabytes: number; readonly rssMegabytes: number }> {
  const megabytes = Number(process.env.TRAILKEEPER_BENCH_MB ?? FOLDER_MEGABYTES);
  const files = Math.ceil(megabytes / MEGABYTES_A_LOG);
  const large = mkdtempSync(join(folder, "large-"));
  for (let number = 0; number < files; number++)
    await writeLog(join(large, `${number}.ndjson.gz`), EVENTS, number + 2, "lines");
  const child = spawnSync(process.execPath, [join(__dirname, "bench", "peak-memory.mjs"), large], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error("the backtest of the large folder failed");
  return { megabytes, rssMegabytes: Number(child.stdout.trim().split("\n").at(-1)) };
}

async function writeLog(
  file: string,
  events: number,
  seed: number,
  form: "records" | "lines",
): Promise<void> {
  const gzip = createGzip({ level: 6 });
  const out = gzip.pipe(createWriteStream(file));
  let first = true;
  if (form === "records") gzip.write('{"Records":[');
  for (const record of sampleRecords(events, seed)) {
    const text = JSON.stringify(record);
    const piece = form === "lines" ? `${text}\n` : `${first ? "" : ","}${text}`;
    first = false;
    if (!gzip.write(piece)) await once(gzip, "drain");
  }
  gzip.end(form === "records" ? "]}" : "");
  await once(out, "close");
}
