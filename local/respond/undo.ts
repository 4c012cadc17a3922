import { join, resolve } from "node:path";
import type { ResponseRecord } from "../../responses/record";
import { connectionEnvironment, type EmulatorConnection } from "../connection";
import { CommandError, run } from "../process/process";

const COMMAND = join(resolve(__dirname, "..", ".."), "cli", "trailkeeper.mjs");

const LIMIT_SECONDS = 60;

/**
 * Takes a response back as a person does: by the command, with the person's own credentials.
 *
 * @returns the response's sentence after that
 * @throws Error with what the command says when it fails
 */
export async function undoResponse(
  connection: EmulatorConnection,
  id: string,
  tableName: string,
  signal: AbortSignal,
): Promise<string> {
  const args = [COMMAND, "respond", "undo", id, "--table", tableName, "--yes", "--format", "json"];
  const env = { ...process.env, ...connectionEnvironment(connection) };
  try {
    const record = await run(process.execPath, args, { env, signal, timeLimitSeconds: LIMIT_SECONDS });
    return (JSON.parse(record) as Pick<ResponseRecord, "sentence">).sentence;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new Error(
      `response ${id} could not be taken back: ${[...error.output, error.message].join(" / ")}`,
      {
        cause: error,
      },
    );
  }
}
