import { parseOptions, UsageError, type LocalRunOptions } from "./options";
import { Interrupted, withCleanup } from "./process/cleanup";
import { showProgress } from "./progress";
import { jsonReport } from "./report/json";
import type { RunResult } from "./report/result";
import { textReport } from "./report/text";
import { localRun, type RunRecord } from "./run";

/** The reader of a pipe has gone, or the terminal was closed: the run goes on to its end or its clean-up unseen. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
}

/** `npm start`: 0 when every step did what it should, 1 when one did not, 2 for wrong usage, 130 after Ctrl-C. */
async function main(argv: readonly string[]): Promise<number> {
  let options: LocalRunOptions | undefined;
  try {
    options = parseOptions(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`trailkeeper: ${error.message}\n`);
    return 2;
  }
  if (!options) return 0;

  const progress = showProgress();
  const record: RunRecord = { failures: [], malformed: [] };
  let exitCode = 1;
  try {
    const chosen = options;
    await withCleanup((cleanup) => localRun(chosen, progress, cleanup, record), say);
  } catch (error) {
    // Once every step was run, an interruption is only how a kept run ends.
    if (!(error instanceof Interrupted && record.finished))
      record.failures.push(error instanceof Error ? error.message : String(error));
    if (error instanceof Interrupted) exitCode = error.exitCode;
  }
  const result: RunResult = {
    ...record,
    ok: record.failures.length === 0,
    stack: options.stack,
    stateOnly: record.stateOnly ?? [],
    steps: progress.results,
  };
  process.stdout.write(
    options.json ? `${JSON.stringify(jsonReport(result), null, 2)}\n` : `\n${textReport(result)}\n`,
  );
  return result.ok ? 0 : exitCode;
}

function say(message: string): void {
  process.stderr.write(`trailkeeper: ${message}\n`);
}

outliveReaders();
main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
