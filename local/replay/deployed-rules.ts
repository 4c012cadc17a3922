import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetFunctionCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { unzipSync } from "fflate";
import {
  PIPELINE_FILE,
  readDeployedRules,
  RULES_FILE,
  type DeployedRules,
} from "../../functions/detect/rules";
import type { EmulatorConnection } from "../connection";
import { download } from "../download";

/**
 * The rules that the detect function was deployed with, out of its deployment package.
 *
 * @param folder where to unpack them; made when it is not there
 */
export async function downloadRules(
  connection: EmulatorConnection,
  lambda: LambdaClient,
  functionName: string,
  folder: string,
): Promise<DeployedRules> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
  if (!Code?.Location) throw new Error(`function ${functionName} has no deployment package to download`);
  const files = unzipSync(await download(connection, Code.Location));
  await mkdir(folder, { recursive: true });
  for (const name of [RULES_FILE, PIPELINE_FILE]) {
    const bytes = files[name];
    if (bytes) await writeFile(join(folder, name), bytes);
  }
  return readDeployedRules(folder);
}
