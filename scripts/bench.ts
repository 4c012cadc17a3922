import { benchBacktest } from "./bench-backtest";
import { benchPolicy } from "./bench-policy";
import type { Figure } from "./figure";

/** Every benchmark, in the order of the report. */
const BENCHMARKS: readonly (() => Promise<readonly Figure[]>)[] = [benchPolicy, benchBacktest];

async function main(): Promise<void> {
  for (const benchmark of BENCHMARKS) {
    for (const { name, value, unit } of await benchmark()) {
      const figure = value >= 1_000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
      process.stdout.write(`${name.padEnd(60)} ${figure.padStart(8)} ${unit}\n`);
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
