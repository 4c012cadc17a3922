/** Something wrong in a rule file: where, what, and what to do about it. */
export interface RuleProblem {
  /** As the caller named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Path of the key concerned, for example `detection.selection.eventName|contains`. */
  readonly field?: string;
  readonly message: string;
  /** A rule with an error is left out; one with a warning is used. */
  readonly severity: "error" | "warning";
}

/** Collects the problems of one document. */
export class ProblemLog {
  readonly problems: RuleProblem[] = [];

  constructor(readonly file: string) {}

  error(line: number, field: string | undefined, message: string): void {
    this.add({ file: this.file, line, field, message, severity: "error" });
  }

  warn(line: number, field: string | undefined, message: string): void {
    this.add({ file: this.file, line, field, message, severity: "warning" });
  }

  /** Whether there is an error among the problems. */
  get failed(): boolean {
    return this.problems.some(({ severity }) => severity === "error");
  }

  private add({ field, ...problem }: RuleProblem): void {
    this.problems.push(field === undefined ? problem : { ...problem, field });
  }
}
