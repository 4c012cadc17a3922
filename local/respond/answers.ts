import type { ResponseOutcome } from "../../responses/record";
import type { Deed, DueResponse } from "./attack";
import type { Containment } from "./containment";

/** What became of a response that was due. */
export interface Answer {
  readonly deed: Pick<Deed, "what" | "isFast">;
  readonly due: Pick<DueResponse, "playbook"> & { readonly containment: Pick<Containment, "what"> };
  /** What the alert bus was told of it; absent when it was told nothing. */
  readonly outcome?: ResponseOutcome;
  /** From the delivery of the event until the account was seen to be as it has to be; absent when it never was. */
  readonly seconds?: number;
}

/** A response that was due, and what became of it. */
export interface ResponseResult {
  readonly playbook: ResponseOutcome["playbook"];
  /** What it acted on, by its ids. */
  readonly target: string;
  readonly mode: ResponseOutcome["mode"];
  readonly result: ResponseOutcome["status"];
  readonly seconds: number | null;
  /** Whether the account itself was seen to be as it has to be. */
  readonly verified: boolean;
}

/** The responses that the alert bus was told of, in the order in which they were due. */
export function resultsOf(answers: readonly Answer[]): ResponseResult[] {
  return answers.flatMap(({ outcome, seconds }) =>
    outcome
      ? [
          {
            playbook: outcome.playbook,
            target: Object.values(outcome.target.ids).join(" "),
            mode: outcome.mode,
            result: outcome.status,
            seconds: seconds === undefined ? null : Math.round(seconds * 1000) / 1000,
            verified: seconds !== undefined,
          },
        ]
      : [],
  );
}

/** What is wrong with the answers; nothing when it is empty. */
export function wrongAnswers(answers: readonly Answer[]): string[] {
  return answers.flatMap(({ deed, due: { playbook, containment }, outcome, seconds }) => {
    if (seconds !== undefined && outcome?.status === "done") return [];
    const said = outcome
      ? `its response is ${outcome.status}: ${outcome.sentence}`
      : `the alert bus heard of no response ${playbook}`;
    const seen = `it was ${seconds === undefined ? "not " : ""}seen that ${containment.what}`;
    return [`the attacker ${deed.what}; ${seen}, and ${said}`];
  });
}

/**
 * What was done that was not due: a response that is made twice, or made beside those that are due. The same events
 * come twice, and several rules speak of the same deed.
 *
 * @param outcomes everything that the alert bus was told
 */
export function needlessResponses(
  answers: readonly Answer[],
  outcomes: readonly ResponseOutcome[],
): string[] {
  const due = new Set(answers.map(({ outcome }) => outcome?.id));
  const done = outcomes.filter(({ status }) => status === "done");
  const twice = [...due].filter((id) => done.filter((each) => each.id === id).length > 1);
  return [
    ...twice.map((id) => `response ${id} was made more than once`),
    ...done
      .filter(({ id }) => !due.has(id))
      .map(({ id, sentence }) => `response ${id} was not due: ${sentence}`),
  ];
}
