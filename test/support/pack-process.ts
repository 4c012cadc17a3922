import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";

const REPOSITORY = resolve(__dirname, "../..");
const PACK = join(REPOSITORY, "policy");

/** The built policy pack in a process of its own, as the engine runs it. */
export interface PackProcess {
  readonly client: AnalyzerClient;
  /** From the start of the process until its port was known. */
  readonly bootMilliseconds: number;
  stop(): Promise<void>;
}

/** Compiles the pack unless it is newer than its sources. */
export function buildPack(): void {
  const newest = (folder: string): number =>
    Math.max(
      0,
      ...readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
    );
  try {
    if (statSync(join(PACK, "bin/index.js")).mtimeMs > newest(join(PACK, "src"))) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const compiler = require.resolve("typescript/bin/tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", PACK], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`The policy pack does not compile:\n${run.stdout}${run.stderr}`);
}

/**
 * Starts the built pack and connects to it.
 * @param folder Working folder of the process; the engine uses that of the program which is checked.
 */
export async function startPack(folder: string): Promise<PackProcess> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(PACK, "bin/index.js")], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await firstLine(child);
  const bootMilliseconds = performance.now() - started;
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  return {
    client,
    bootMilliseconds,
    async stop() {
      client.close();
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("the pack's output is not connected");
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, "line").then(([text]: string[]) => text ?? "");
  const end = once(child, "exit").then(([code]: (number | null)[]) => {
    throw new Error(`The policy pack stopped with exit code ${code ?? "none"} before it was ready.`);
  });
  return Promise.race([line, end]);
}
