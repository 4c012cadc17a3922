import { benchPolicy } from "./bench-policy";
import type { Figure } from "./figure";

/** Every benchmark, in the order of the report. */
const BENCHMARKS: readonly (() => Promise<readonly Figure[]>)[] = [benchPolicy];

async function main(): Promise<void> {
  for (const benchmark of BENCHMARKS) {
    for (const { name, value, unit } of await benchmark()) {
      process.stdout.write(`${name.padEnd(60)} ${value.toPrecision(3).padStart(8)} ${unit}\n`);
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
