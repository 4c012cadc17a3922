import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";

/** A secret of the stack's configuration that only its owner can decrypt, and what stands in for it. */
export interface SecretPlaceholder {
  /** Configuration key with the path in it, as `pulumi config set --path` takes it. */
  readonly path: string;
  readonly value: string;
}

/** A work folder with copies of the project and stack files. */
export interface WorkspaceFiles {
  readonly workDir: string;
  readonly project: string;
  /** The secrets to be set again in the copy; they stand there in plain text until then. */
  readonly placeholders: readonly SecretPlaceholder[];
  /** Pulumi ESC environments that the stack file imports and that cannot be opened without Pulumi Cloud. */
  readonly environments: readonly string[];
}

/** The engine writes to the stack file it works with (`encryptionsalt`, secrets), so it gets a copy. */
const SECRETS_PROVIDER_KEYS = ["secretsprovider", "encryptedkey", "encryptionsalt"];

/**
 * Writes a work folder for the engine: the project file with `main` pointing to the program where it stands, and the
 * stack file without what ties it to the secrets provider of its owner. The originals are only read.
 *
 * @param settings configuration that the copy has besides, or instead of, the stack file's, by full key
 * @throws Error naming the file that is missing or malformed.
 */
export async function writeWorkspaceFiles(
  projectDir: string,
  stackName: string,
  workDir: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<WorkspaceFiles> {
  const project = await readYaml(join(projectDir, "Pulumi.yaml"));
  if (!project) throw new Error(`no Pulumi.yaml in ${projectDir}`);
  const stackFile = `Pulumi.${stackName}.yaml`;
  const stack = await readYaml(join(projectDir, stackFile));
  if (!stack) {
    const stacks = await stackNames(projectDir);
    throw new Error(
      `no ${stackFile} in ${projectDir}; its stacks are ${stacks.length > 0 ? stacks.join(", ") : "none"}`,
    );
  }
  await mkdir(workDir, { recursive: true });
  const main = resolve(projectDir, typeof project.main === "string" ? project.main : ".");
  await writeFile(join(workDir, "Pulumi.yaml"), stringify({ ...project, main }));

  for (const key of SECRETS_PROVIDER_KEYS) delete stack[key];
  const environments = Array.isArray(stack.environment) ? stack.environment.map(String) : [];
  delete stack.environment;
  const placeholders: SecretPlaceholder[] = [];
  const config = { ...(isRecord(stack.config) ? stack.config : {}), ...settings };
  stack.config = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, replaceSecrets(value, key, undefined, placeholders)]),
  );
  await writeFile(join(workDir, stackFile), stringify(stack));
  return { workDir, project: String(project.name), placeholders, environments };
}

async function readYaml(file: string): Promise<Record<string, unknown> | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new Error(`${file} is not valid YAML: ${(error as Error).message}`, { cause: error });
  }
  if (content === null) return {}; // an empty stack file is one without configuration
  if (!isRecord(content)) throw new Error(`${file} must hold keys and values`);
  return content;
}

async function stackNames(projectDir: string): Promise<readonly string[]> {
  const names = (await readdir(projectDir)).map((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

function replaceSecrets(
  value: unknown,
  path: string,
  holder: Record<string, unknown> | undefined,
  found: SecretPlaceholder[],
): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => replaceSecrets(item, `${path}[${index}]`, undefined, found));
  }
  if (!isRecord(value)) return value;
  if (isSecret(value)) {
    const placeholder = { path, value: placeholderFor(holder?.protocol) };
    found.push(placeholder);
    return placeholder.value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      replaceSecrets(item, `${path}${pathSegment(key)}`, value, found),
    ]),
  );
}

/** How Pulumi writes an encrypted value in a stack file. */
function isSecret(value: Record<string, unknown>): boolean {
  return typeof value.secure === "string" && Object.keys(value).length === 1;
}

function pathSegment(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/**
 * An address of the kind that the subscription beside the secret asks for, so that it passes for one. None of them
 * reaches anybody: `.invalid` never resolves (RFC 2606), the phone number is one reserved for fiction.
 */
function placeholderFor(protocol: unknown): string {
  switch (protocol) {
    case "email":
    case "email-json":
      return "placeholder@placeholder.invalid";
    case "sms":
      return "+12025550100";
    case "sqs":
    case "lambda":
      return `arn:aws:${protocol}:us-east-1:000000000000:${protocol === "lambda" ? "function:" : ""}placeholder`;
    default:
      return "https://placeholder.invalid/";
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
