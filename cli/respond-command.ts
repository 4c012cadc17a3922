import { createRequire } from "node:module";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { PLAYBOOK_IDS } from "../responses/playbook-ids";
import { RESPONSE_STATUSES } from "../responses/record";
import type * as Actions from "./respond/actions";

const FORMATS = ["text", "json"] as const;

/** Where the name of the table is looked for when no option says it. */
const TABLE_VARIABLE = "TRAILKEEPER_RESPONSE_TABLE";

/** Less of an id could be typed by mistake. */
const MIN_PREFIX_LENGTH = 6;

type Flags = Omit<Actions.ActionFlags, "table"> & { readonly table?: string };

/** Tells whether what was asked for was not done. */
type OnOutcome = (failed: boolean) => void;

/** `trailkeeper respond` */
export function respondCommand(onOutcome: OnOutcome): Command {
  return new Command("respond")
    .description(
      "See what was done in response to alerts, do what is only proposed, take back what was done.",
    )
    .addCommand(listCommand(onOutcome))
    .addCommand(showCommand(onOutcome))
    .addCommand(wishCommand("run", "do what is proposed, or go on with what has failed", onOutcome))
    .addCommand(wishCommand("undo", "take back what was done", onOutcome))
    .addCommand(closeCircuitCommand(onOutcome));
}

function listCommand(onOutcome: OnOutcome): Command {
  return withOptions(new Command("list"))
    .description("responses, latest first, and the circuits that are open")
    .addOption(new Option("--status <status>", "only of this status").choices(RESPONSE_STATUSES))
    .option("--hours <number>", "only of the last so many hours", wholeNumber)
    .option("--limit <number>", "at most so many", wholeNumber, 50)
    .action(async (flags: Flags & Actions.ListFilter, command: Command) =>
      report(await actions().list(complete(flags, command), flags), onOutcome),
    );
}

function showCommand(onOutcome: OnOutcome): Command {
  return withOptions(new Command("show"))
    .description("everything that is kept of a response")
    .addArgument(idArgument())
    .action(async (id: string, flags: Flags, command: Command) =>
      report(await actions().show(complete(flags, command), id), onOutcome),
    );
}

function wishCommand(wish: "run" | "undo", description: string, onOutcome: OnOutcome): Command {
  return withOptions(new Command(wish))
    .description(`${description}, with your own AWS credentials`)
    .addArgument(idArgument())
    .option("--yes", "do not ask")
    .action(async (id: string, flags: Flags & { readonly yes?: boolean }, command: Command) => {
      const { yes: isSure = false } = flags;
      if (!isSure && !process.stdin.isTTY)
        command.error("error: there is no terminal to ask on; say --yes when you are sure", { exitCode: 2 });
      report(await actions().fulfil(complete(flags, command), wish, id, isSure), onOutcome);
    });
}

function closeCircuitCommand(onOutcome: OnOutcome): Command {
  return withOptions(new Command("close-circuit"))
    .description("let a playbook answer an actor's doings again; a person has looked")
    .addArgument(new Argument("<playbook>", "of the circuit").choices(PLAYBOOK_IDS))
    .argument("<actor>", "of the circuit, as `respond list` shows it")
    .action(async (playbook: string, actor: string, flags: Flags, command: Command) =>
      report(await actions().closeCircuit(complete(flags, command), playbook, actor), onOutcome),
    );
}

/** Loaded when it is needed: the AWS SDK takes longer to load than other commands take altogether. */
function actions(): typeof Actions {
  return createRequire(__filename)("./respond/actions") as typeof Actions;
}

function withOptions(command: Command): Command {
  return command
    .option("--table <name>", `table of responses (default: the environment's ${TABLE_VARIABLE})`)
    .option("--region <region>", "region of the stack (default: as AWS's tools find it)")
    .addOption(new Option("--format <format>", "what to print").choices(FORMATS).default("text"));
}

function complete({ table, region, format }: Flags, command: Command): Actions.ActionFlags {
  const name = table ?? process.env[TABLE_VARIABLE];
  if (!name)
    command.error(
      `error: name the table of responses with --table or ${TABLE_VARIABLE}; \`pulumi stack output responseTableName\` says it`,
      { exitCode: 2 },
    );
  return { table: name, region, format };
}

function report({ output, failed }: Actions.ActionResult, onOutcome: OnOutcome): void {
  if (output !== undefined) process.stdout.write(`${output}\n`);
  onOutcome(failed);
}

function idArgument(): Argument {
  return new Argument("<id>", `of the response, or its first ${MIN_PREFIX_LENGTH} or more digits`).argParser(
    (id: string) => {
      if (!/^[0-9a-f]{1,32}$/.test(id) || id.length < MIN_PREFIX_LENGTH)
        throw new InvalidArgumentError(`give ${MIN_PREFIX_LENGTH} to 32 hexadecimal digits.`);
      return id;
    },
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("give a whole number from 1.");
  return value;
}
