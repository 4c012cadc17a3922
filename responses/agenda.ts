import { isSettled, plannedRecord } from "./calls";
import { valueAt } from "./event-fields";
import { isOutput } from "./make-call";
import type { Call } from "./operations";
import type { CallRecord, ResponseRecord } from "./record";

/** What there is to do yet, and what others have done before. */
export interface Agenda {
  /** Calls that earlier attempts have made, or whose effect the state shows. */
  readonly settled: readonly CallRecord[];
  readonly open: readonly Call[];
}

/**
 * Sets what the state asks for against what earlier attempts have recorded.
 *
 * A call that was made is not made again by itself, for the state may lag behind it; a person may have it made again. A
 * call that is not known to have been made, and that the state does not ask for any more, was made by an attempt that
 * died, or by somebody else.
 *
 * @param planned the calls that the state asks for
 * @param isByPerson a person's plan is of a later time and may have other inputs, so that operations alone are compared
 * @param time of what is found, ISO 8601
 */
export function agendaOf(
  planned: readonly Call[],
  record: ResponseRecord | undefined,
  isByPerson: boolean,
  time: string,
): Agenda {
  const isSame = (one: CallRecord, other: CallRecord) =>
    one.operation === other.operation && (isByPerson || isAlike(one.input, other.input));
  const wanted = planned.map(plannedRecord);
  const calls = isBegun(record) ? record.calls : [];
  const settled = calls.flatMap((call): CallRecord[] => {
    if (isSettled(call)) return [call];
    if (wanted.some((other) => isSame(call, other))) return [];
    return [{ operation: call.operation, input: call.input, outcome: "found", time }];
  });
  const isOpen = (call: Call) => !settled.some((done) => isSame(done, plannedRecord(call)));
  return { settled, open: isByPerson ? planned : planned.filter(isOpen) };
}

/** Whether inputs are the same: what stood for an output when it was planned is that output by now. */
function isAlike(one: unknown, other: unknown): boolean {
  if (typeof one === "string" && typeof other === "string")
    return one === other || isOutput(one) || isOutput(other);
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isAlike(valueAt(one, key), valueAt(other, key)))
  );
}

/**
 * The state that an undo has to go back to: the one that the first attempt found, since it may have changed it. A
 * proposal has changed nothing, and neither has an attempt that has failed while all of it is still to do.
 *
 * @param state as it is now
 */
export function stateToGoBackTo(
  record: ResponseRecord | undefined,
  planned: readonly Call[],
  state: unknown,
): unknown {
  if (!isBegun(record) || record.before === undefined) return state;
  const hasChangedNothing = record.status === "failed" && isSamePlan(planned, record.calls);
  return hasChangedNothing ? state : record.before;
}

function isBegun(record: ResponseRecord | undefined): record is ResponseRecord {
  return record !== undefined && record.status !== "proposed";
}

function isSamePlan(planned: readonly Call[], calls: readonly CallRecord[]): boolean {
  const textOf = (list: readonly CallRecord[]) =>
    JSON.stringify(list.map(({ operation, input }) => [operation, input]));
  return textOf(planned.map(plannedRecord)) === textOf(calls);
}
