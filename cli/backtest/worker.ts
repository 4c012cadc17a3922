import { parentPort, workerData } from "node:worker_threads";
import type { EventIds } from "./event-id-set";
import { Evaluator, type FileFindings } from "./evaluator";
import type { StoredHits } from "./hit-store";
import { PreparedYardstick, type Yardstick } from "./yardstick";

/** What a worker is asked: to read a file, or, without one, for everything it has found. */
export type WorkerRequest = { readonly path: string } | { readonly path?: undefined };

/** What a worker says. Times are milliseconds since 1970. */
export type WorkerReply =
  | { readonly kind: "bytes"; readonly count: number }
  | { readonly kind: "findings"; readonly findings: FileFindings; readonly startedMs: number }
  | { readonly kind: "everything"; readonly ids: EventIds; readonly hits: StoredHits };

/** Reads files for a backtest on a thread of its own. */
function serve(): void {
  const port = parentPort;
  if (!port) throw new Error("cli/backtest/worker.ts runs as a worker thread only");
  const evaluator = new Evaluator(new PreparedYardstick(workerData as Yardstick));
  const reply = (message: WorkerReply): void => port.postMessage(message);
  port.on("message", ({ path }: WorkerRequest) => {
    if (path === undefined) {
      reply({ kind: "everything", ids: evaluator.ids.export(), hits: evaluator.hits.export() });
      port.close();
      return;
    }
    const startedMs = performance.timeOrigin + performance.now();
    evaluator
      .evaluate(path, (count) => reply({ kind: "bytes", count }))
      .then((findings) => reply({ kind: "findings", findings, startedMs }))
      .catch((error: unknown) => {
        // Outside of the promise, it becomes the worker's `error` event, and so the backtest's error.
        setImmediate(() => {
          throw error;
        });
      });
  });
}

serve();
