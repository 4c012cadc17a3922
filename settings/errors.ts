import * as pulumi from "@pulumi/pulumi";

/** One mistake in a stack's configuration. */
export interface SettingsProblem {
  /** The key as the user types it, with the path inside it: `trailkeeper:alarms[0].pattern`. */
  readonly key: string;
  /** What is wrong, as a clause whose subject is the key: `is "abc"`. Never holds the value of a secret. */
  readonly problem: string;
  /** The allowed form, or what to do instead. */
  readonly allowed: string;
}

/**
 * A stack's configuration cannot be used. The message lists every mistake, one a line.
 *
 * Extends Pulumi's `RunError`, so that the CLI prints the message alone and not a stack trace.
 */
export class SettingsError extends pulumi.RunError {
  constructor(
    readonly stackName: string,
    readonly problems: readonly SettingsProblem[],
  ) {
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const lines = problems.map(({ key, problem, allowed }) => `  ${key}: ${problem}; allowed: ${allowed}`);
    super([`The configuration of stack ${stackName} has ${count}:`, ...lines].join("\n"));
    this.name = "SettingsError";
  }
}
