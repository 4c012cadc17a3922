import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { EventIdSet } from "./event-id-set";
import { Evaluator, type FileFindings } from "./evaluator";
import type { LogPath } from "./find-files";
import { HitStore } from "./hit-store";
import type { WorkerReply, WorkerRequest } from "./worker";
import type { PreparedYardstick, Yardstick } from "./yardstick";

/** Everything that was found in the files; findings in their order. */
export interface Reading {
  readonly findings: readonly FileFindings[];
  readonly hits: HitStore;
  readonly distinctEvents: number;
  /** When the first byte was read, milliseconds since 1970. */
  readonly startedMs: number;
}

/** How far the reading is. */
export interface ReadingProgress {
  readonly bytes: number;
  readonly files: number;
  readonly events: number;
}

/** Reads files one after the other on this thread. */
export async function readHere(
  files: readonly LogPath[],
  yardstick: PreparedYardstick,
  onProgress: (progress: ReadingProgress) => void,
): Promise<Reading> {
  const evaluator = new Evaluator(yardstick);
  const collected = new Collected();
  const startedMs = now();
  for (const [index, { path }] of files.entries()) {
    const found = await evaluator.evaluate(path, (count) => onProgress(collected.progressed(count)));
    collected.add(index, found);
    onProgress(collected.progressed(0));
  }
  const { hits, ids } = evaluator;
  return { findings: collected.findings(), hits, distinctEvents: ids.size, startedMs };
}

/** Reads files on several threads; each takes the next file when it is done with one. */
export async function readOnWorkers(
  files: readonly LogPath[],
  yardstick: Yardstick,
  workers: number,
  onProgress: (progress: ReadingProgress) => void,
): Promise<Reading> {
  const collected = new Collected();
  const hits = new HitStore();
  const ids = new EventIdSet();
  let startedMs = Infinity;
  let next = 0;

  const work = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const ask = (request: WorkerRequest): void => worker.postMessage(request);
      let index = -1;
      const askNext = (): void => {
        index = next++;
        ask({ path: files[index]?.path });
      };
      worker.on("error", reject);
      worker.on("message", (reply: WorkerReply) => {
        switch (reply.kind) {
          case "bytes":
            onProgress(collected.progressed(reply.count));
            break;
          case "findings":
            startedMs = Math.min(startedMs, reply.startedMs);
            collected.add(index, reply.findings);
            onProgress(collected.progressed(0));
            askNext();
            break;
          case "everything":
            ids.addAll(reply.ids);
            hits.addAll(reply.hits);
            resolve();
        }
      });
      askNext();
    });

  const threads = Array.from({ length: Math.min(workers, files.length) }, () => newWorker(yardstick));
  try {
    await Promise.all(threads.map(work));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return { findings: collected.findings(), hits, distinctEvents: ids.size, startedMs };
}

/** The worker is TypeScript as everything else: the thread needs the loader that this one has. */
function newWorker(yardstick: Yardstick): Worker {
  const loader = JSON.stringify(require.resolve("tsx/cjs"));
  const file = JSON.stringify(join(__dirname, "worker.ts"));
  return new Worker(`require(${loader}); require(${file});`, { eval: true, workerData: yardstick });
}

class Collected {
  private readonly byFile: (FileFindings | undefined)[] = [];
  private bytes = 0;
  private files = 0;
  private events = 0;

  add(index: number, findings: FileFindings): void {
    this.byFile[index] = findings;
    this.files++;
    this.events += findings.events;
  }

  progressed(bytes: number): ReadingProgress {
    this.bytes += bytes;
    return { bytes: this.bytes, files: this.files, events: this.events };
  }

  findings(): FileFindings[] {
    return this.byFile.filter((found) => found !== undefined);
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
