import { Command, CommanderError, InvalidArgumentError, Option } from "commander";

/** What the person asked of a local run. */
export interface LocalRunOptions {
  readonly stack: "dev" | "prod";
  /**
   * Enforce IAM, let an attacker loose, and see that the responses contain what was done; a person takes one of them
   * back.
   */
  readonly respond: boolean;
  /** File or folder of recorded logs; the built-in scenario when absent. */
  readonly logs?: string;
  /** Print one JSON object on stdout; progress stays on stderr. */
  readonly json: boolean;
  /** Leave the local cloud running until Ctrl-C, to look around. */
  readonly keep: boolean;
  /** Port of the local cloud; a free one when absent. */
  readonly port?: number;
}

/** Wrong usage: exit code 2, with the message already written for people. */
export class UsageError extends Error {}

/**
 * Parses the arguments of `npm start`.
 *
 * @throws UsageError for an unknown option or value
 * @returns `undefined` when help was asked for and printed
 */
export function parseOptions(argv: readonly string[]): LocalRunOptions | undefined {
  const command = new Command("npm start --")
    .description(
      "Bring the audit pipeline up on a local AWS with the real Pulumi engine, deliver recorded CloudTrail log files to it, and show the alarms that arrive.",
    )
    .addOption(
      new Option("--stack <name>", "which environment to bring up").choices(["dev", "prod"]).default("dev"),
    )
    .option(
      "--logs <path>",
      "CloudTrail log files to deliver: .json, .json.gz, .ndjson(.gz), or a folder of them",
    )
    .option(
      "--respond",
      "enforce IAM in the local cloud, attack the stack with a real key, and see the responses contain it",
      false,
    )
    .option(
      "--json",
      "print one JSON object on stdout (npm's own banner goes with `npm start --silent`)",
      false,
    )
    .option("--keep", "leave the local cloud running until Ctrl-C", false)
    .option("--port <number>", "port of the local cloud", parsePort)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new UsageError(
      `${error.message.replace(/^error: /, "")}\nRun \`npm start -- --help\` for the options.`,
    );
  }
  return command.opts<LocalRunOptions>();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new InvalidArgumentError("a port is a whole number from 1 to 65535.");
  return port;
}
