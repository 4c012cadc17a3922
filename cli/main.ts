import { Command, CommanderError } from "commander";
import { backtestCommand } from "./backtest-command";
import { CommandError } from "./command-error";
import { respondCommand } from "./respond-command";
import { rulesCommand } from "./rules-command";

const RAN = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * The `trailkeeper` command. Results go to stdout, everything else to stderr.
 *
 * @returns the exit code: 0 it ran, 1 it failed (a path that does not exist is a failure), 2 wrong usage
 */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = RAN;
  const onOutcome = (failed: boolean) => (exitCode = failed ? FAILED : RAN);
  const program = new Command("trailkeeper")
    .description(
      "Detections on CloudTrail logs: try them on recorded logs, list, check and compile them; responses to alerts: see, run and undo them.",
    )
    .addCommand(backtestCommand())
    .addCommand(rulesCommand(onOutcome))
    .addCommand(respondCommand(onOutcome));
  for (const command of withSubcommands(program)) {
    command
      .exitOverride()
      .configureOutput({ outputError: () => undefined })
      .showSuggestionAfterError();
  }
  // A reader that has seen enough, `| head` for example, is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(RAN);
    throw error;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return RAN;
      // Without a subcommand, help has been printed already.
      if (error.code !== "commander.help") {
        const message = error.message.replace(/^error: /, "");
        const known = program.commands.some((command) => command.name() === argv[0]);
        complain(`${message}\nRun \`trailkeeper ${known ? `${argv[0]} ` : ""}--help\` for the options.`);
      }
      return WRONG_USAGE;
    }
    if (error instanceof CommandError) {
      complain(error.message);
      return FAILED;
    }
    throw error;
  }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function complain(message: string): void {
  process.stderr.write(`trailkeeper: ${message}\n`);
}
