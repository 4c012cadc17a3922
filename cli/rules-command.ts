import { Argument, Command, Option } from "commander";
import { CommandError } from "./command-error";
import { compileTo, TARGETS, type Target } from "./rules/compile";
import { checkRules } from "./rules/check";
import { listRules } from "./rules/list";
import { problemLine, rulesOf } from "./rule-files";

const ACTIONS = ["list", "check", "compile"] as const;
const FORMATS = ["text", "json"] as const;

interface RulesFlags {
  readonly rules?: string;
  readonly suppressions?: string;
  readonly target?: Target;
  readonly format: (typeof FORMATS)[number];
}

/**
 * `trailkeeper rules`
 *
 * @param onOutcome is told whether a check found errors
 */
export function rulesCommand(onOutcome: (failed: boolean) => void): Command {
  return new Command("rules")
    .description("List the detections, check them, or compile them for other engines.")
    .addArgument(
      new Argument(
        "[action]",
        "list: the catalogue; check: everything that is wrong, examples and expired suppressions included; compile: the rules in another engine's language",
      )
        .choices(ACTIONS)
        .default("list"),
    )
    .option("--rules <folder>", "Sigma rules to look at in place of the ones that ship")
    .option("--suppressions <file>", "suppressions to check with the rules")
    .addOption(new Option("--target <engine>", "what to compile for").choices(TARGETS))
    .addOption(new Option("--format <format>", "what to print").choices(FORMATS).default("text"))
    .action((action: (typeof ACTIONS)[number], flags: RulesFlags, command: Command) => {
      if (action === "compile" && flags.target === undefined)
        command.error(`error: compile needs --target ${TARGETS.join("|")}`, { exitCode: 2 });
      onOutcome(run(action, flags));
    });
}

function run(
  action: (typeof ACTIONS)[number],
  { format, rules: folder, suppressions, target }: RulesFlags,
): boolean {
  const asJson = format === "json";
  if (action === "check") {
    const outcome = checkRules(folder, suppressions, new Date());
    process.stdout.write(`${asJson ? outcome.json : outcome.text}\n`);
    return outcome.failed;
  }
  const { rules, problems } = rulesOf(folder);
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
  if (rules.length === 0) throw new CommandError("no rule could be loaded; see above");
  const printed =
    action === "compile" && target ? compileTo(target, rules, asJson) : listRules(rules, asJson);
  process.stdout.write(`${printed}\n`);
  return false;
}
