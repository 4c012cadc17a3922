import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { StepRunner } from "./step";

/** One finished step of a run. */
export interface StepResult {
  readonly name: string;
  readonly seconds: number;
  readonly ok: boolean;
}

/** Runs steps and remembers how each went. */
export interface Progress {
  readonly run: StepRunner;
  readonly results: readonly StepResult[];
}

/**
 * Shows each step on stderr while it runs: a spinner with the newest message on a terminal, one line a message
 * elsewhere. Stdout stays free for the result.
 */
export function showProgress(): Progress {
  const results: StepResult[] = [];
  const run: StepRunner = async (name, work) => {
    const started = performance.now();
    const finish = (ok: boolean) =>
      results.push({ name, seconds: Math.round(performance.now() - started) / 1000, ok });
    let outcome: { value: Awaited<ReturnType<typeof work>> } | undefined;
    const logger = new ListrLogger({
      useIcons: true,
      processOutput: new ProcessOutput(process.stderr, process.stderr),
    });
    const step = new Listr(
      [
        {
          title: name,
          task: async (_context, task) => {
            const value = await work((message) => {
              task.output = message;
            });
            outcome = { value };
            task.title = `${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`;
          },
        },
      ],
      {
        renderer: process.stderr.isTTY ? "default" : "simple",
        rendererOptions: { logger, showErrorMessage: false, collapseErrors: true },
        fallbackRendererOptions: { logger },
        registerSignalListeners: false,
      },
    );
    try {
      await step.run();
    } catch (error) {
      finish(false);
      throw error;
    }
    finish(true);
    if (!outcome) throw new Error(`step "${name}" ended without a result`);
    return outcome.value;
  };
  return { run, results };
}
