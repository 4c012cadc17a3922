import type { StepRunner } from "../step";
import { type Answer, wrongAnswers } from "./answers";
import type { ResponseExercise } from "./exercise";

/** What an attacker did, and what became of it; parts are absent when a step before them failed. */
export interface ResponseRun {
  /** Clauses about the attacker. */
  readonly deeds: readonly string[];
  readonly answers: readonly Answer[];
  /** The sentence of a response that a person took back, after which access was seen to be back. */
  readonly undone?: string;
}

/**
 * Lets an attacker loose, waits for the responses, and takes one of them back, step by step; what was found out is put
 * into the record as it comes.
 *
 * @throws what made a step fail; the steps after it are not run
 */
export async function exerciseResponses(
  run: StepRunner,
  open: () => Promise<ResponseExercise>,
  record: { responses?: ResponseRun; readonly failures: string[] },
  signal: AbortSignal,
): Promise<void> {
  const { exercise, deeds } = await run("Let an attacker loose", async () => {
    const exercise = await open();
    return { exercise, deeds: await exercise.attack() };
  });
  const fast = await run("Answer what the fast path sees", () => exercise.answerFast());
  record.responses = { deeds, answers: fast };
  const complete = await run("Answer what the log files hold, and nothing twice", () =>
    exercise.answerComplete(),
  );
  record.responses = { deeds, answers: [...fast, ...complete] };
  record.failures.push(
    ...wrongAnswers(record.responses.answers),
    ...(await run("Wait until nothing is left to do, and people are told", () => exercise.settle())),
  );
  const undone = await run("Take one response back", () => exercise.undo(signal));
  record.responses = { ...record.responses, undone };
}
