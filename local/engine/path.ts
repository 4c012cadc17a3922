import { PulumiCommand } from "@pulumi/pulumi/automation";
import { ENGINE_VERSION, EngineUnavailable, type Engine } from "./source";
import { findExecutable } from "../process/find";

/**
 * The `pulumi` on PATH, if it can stand in for the pinned engine.
 *
 * @throws EngineUnavailable when it is absent, does not run, is older or of another major version, or has no Node
 *   language host (`pulumi-language-nodejs`) on PATH with it.
 */
export async function engineOnPath(): Promise<Engine> {
  const path = findExecutable("pulumi");
  if (!path) throw new EngineUnavailable("no pulumi");
  const command = await PulumiCommand.get({ skipVersionCheck: true }).catch((error: Error) => {
    throw new EngineUnavailable(`${path} does not run: ${error.message.trim()}`, { cause: error });
  });
  const version = command.version;
  if (!version) throw new EngineUnavailable(`${path} does not tell its version`);
  if (version.compare(ENGINE_VERSION) < 0) {
    throw new EngineUnavailable(`${path} is ${version.version}, older than ${ENGINE_VERSION}`);
  }
  if (String(version.major) !== ENGINE_VERSION.split(".")[0]) {
    throw new EngineUnavailable(
      `${path} is ${version.version}, another major version than ${ENGINE_VERSION}`,
    );
  }
  if (!findExecutable("pulumi-language-nodejs")) {
    throw new EngineUnavailable(`${path} comes without pulumi-language-nodejs`);
  }
  return {
    command,
    version: version.version,
    source: "path",
    description: `Pulumi ${version.version}, on PATH (${path})`,
  };
}
