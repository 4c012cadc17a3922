import { asciiLine, indented, oneLine } from "./clean";
import type { Outcome } from "./outcome-schema";
import { line, SMS_MAX_LENGTH, subject } from "./text";

const STATUS_WORDS: Readonly<Record<Outcome["status"], string>> = {
  running: "begun",
  proposed: "proposed",
  skipped: "skipped",
  done: "done",
  partial: "done in part",
  failed: "failed",
  undone: "undone",
};

/** Subject of the mail: level, what became of which response, where. */
export function outcomeSubjectOf(outcome: Outcome): string {
  return subject(outcome.level, title(outcome), outcome.target);
}

/** The outcome as one short message. */
export function outcomeSmsOf(outcome: Outcome): string {
  const { level, target, sentence } = outcome;
  return asciiLine(
    `${level.toUpperCase()} ${title(outcome)} (${target.accountId} ${target.region}): ${sentence}`,
    SMS_MAX_LENGTH,
  );
}

/** The outcome as a mail: what was done and how to go on, then the alert behind it, then on what and where. */
export function outcomeTextOf(outcome: Outcome): string {
  const { alert, actor, target, command } = outcome;
  const parts = [
    `${outcome.level.toUpperCase()}: ${title(outcome)}`,
    oneLine(outcome.sentence),
    command && `${commandTitle(outcome)}\n${indented(command)}`,
    outcome.partOfStack &&
      "The resource is part of the stack: compare with `pulumi preview --refresh` before the next deployment, which would change it back.",
    [
      `Alert  ${line(alert.level.toUpperCase(), alert.ruleTitle)}`,
      `       ${oneLine(alert.summary)}`,
      `Who    ${line(actor.name, actor.type, actor.arn, issuerOf(outcome))}`,
      ...Object.entries(target.ids).map(
        ([name, id], index) => `${index === 0 ? "Target" : "      "} ${oneLine(`${name} ${id}`)}`,
      ),
      `Where  ${line(`account ${target.accountId}`, target.region)}`,
      `When   ${line(alert.eventTime, `response ${outcome.time}`)}`,
    ].join("\n"),
    `Response ${outcome.id}, ${outcome.mode}, alert ${alert.id}, rule ${alert.ruleId}`,
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function title({ status, reason, playbook }: Outcome): string {
  const stopped = reason === "circuit-open" ? ", circuit open" : "";
  return `Response ${STATUS_WORDS[status]}${stopped}: ${playbook}`;
}

function commandTitle({ status }: Outcome): string {
  return status === "done" ? "To take it back" : "What you can do";
}

function issuerOf({ actor }: Outcome): string | undefined {
  const { sessionIssuerArn, arn } = actor;
  return sessionIssuerArn === undefined || sessionIssuerArn === arn
    ? undefined
    : `issued by ${sessionIssuerArn}`;
}
