import { type Agenda, agendaOf, stateToGoBackTo } from "./agenda";
import { errorText, isSettled, makeCalls, plannedRecord } from "./calls";
import { ResponseBusyError, ResponseStateError } from "./errors";
import { orderRefusal, principalRefusal, type Refusal, resourceRefusal } from "./guards";
import type { Call, CallAws } from "./operations";
import type { ResponseOrder } from "./order";
import { isFormFault, isPassingFailure } from "./passing-failure";
import type { Playbook, PlaybookContext } from "./playbook";
import { RESPONSE_SCHEMA_VERSION, type ResponseRecord } from "./record";
import type { ResponderParts } from "./responder-parts";
import { circuitOf, hasUndone, isAwsError, isoNow, isSeen, withTargetHeld } from "./shared-steps";
import { LeaseLostError } from "./store";
import { targetArns } from "./target-arns";

/** What one attempt at a response is about. */
export interface AttemptArgs {
  readonly id: string;
  readonly holder: string;
  readonly order: ResponseOrder;
  readonly playbook: Playbook;
  readonly context: PlaybookContext;
  /** What a predecessor, or a proposal, has left. @default nothing: it is the first */
  readonly record?: ResponseRecord;
  /** `alert`, or the ARN of a person. */
  readonly orderedBy: string;
  readonly leaseEndMs: number;
  readonly isLastAttempt: boolean;
}

/** How a record differs from the one that an order begins with. */
type Ending = Partial<ResponseRecord> & Pick<ResponseRecord, "status" | "sentence">;

/** One attempt at a response: looks, decides, acts, looks again; the record is written before each thing that lasts. */
export class Attempt {
  /** As it was saved last, by this attempt or an earlier one. */
  private saved: ResponseRecord | undefined;

  constructor(
    private readonly parts: ResponderParts,
    private readonly args: AttemptArgs,
  ) {
    this.saved = args.record;
  }

  /**
   * @returns the record as it was saved last
   * @throws what has to be tried again; ResponseStateError when a person orders what must not be done
   */
  async make(): Promise<ResponseRecord> {
    const { order, playbook, holder, leaseEndMs } = this.args;
    const { untouchable, aws } = this.parts;
    try {
      const refusal =
        orderRefusal(order, untouchable) ?? resourceRefusal(playbook, order.target, untouchable);
      if (refusal) return await this.leaveAlone(refusal);
      const { accountId, region } = order.target;
      const callAws = await aws(accountId, region);
      if (!callAws)
        return await this.leaveAlone({
          reason: "no-reach",
          why: `the responder has no role in account ${accountId}; trailkeeper:memberResponseRole gives it one`,
        });
      if (this.observes) return await this.lookAndAct(callAws);
      // Held before it is read: what two responses read at once, both would change.
      return await withTargetHeld(this.parts, playbook, order.target, holder, leaseEndMs, () =>
        this.lookAndAct(callAws),
      );
    } catch (error) {
      if (!this.endsBy(error)) throw error;
      return this.save({
        status: this.isPartlyMade ? "partial" : "failed",
        sentence: `${playbook.title}: ${this.isPartlyMade ? "done in part" : "not done"} (${errorText(error)})`,
      });
    }
  }

  /** A refusal ends a response at once; at the last attempt all else does, too, but what is not its own to write. */
  private endsBy(error: unknown): boolean {
    if (error instanceof LeaseLostError || error instanceof ResponseStateError) return false;
    // A person is told, and tries again.
    if (error instanceof ResponseBusyError && this.isByPerson) return false;
    return this.args.isLastAttempt || (isAwsError(error) && !isPassingFailure(error));
  }

  private async lookAndAct(callAws: CallAws): Promise<ResponseRecord> {
    const { order, playbook, context, record } = this.args;
    const { target } = order;
    let state: unknown;
    try {
      state = await playbook.read(target, callAws);
    } catch (error) {
      if (!isFormFault(error)) throw error;
      return this.leaveAlone({ reason: "refused", why: `there can be no such target: ${errorText(error)}` });
    }
    if (state === undefined) return this.leaveAlone({ reason: "gone", why: "there is no such resource" });
    const principals = playbook.principals(target, state);
    const why = playbook.refusal?.(target, state, context);
    const refusal =
      principalRefusal(principals, order, this.parts.untouchable) ??
      (why === undefined ? undefined : ({ reason: "refused", why } as const));
    if (refusal) return this.leaveAlone(refusal);
    const planned = playbook.contain(target, state, context);
    const before = stateToGoBackTo(record, planned, state);
    const found = { before, ...this.partOfStack(principals) };
    const agenda = agendaOf(planned, record, this.isByPerson, isoNow(this.parts));
    const words = playbook.words(target, found.before);
    if (playbook.isContained(target, state, context))
      return agenda.settled.length > 0
        ? this.save({ ...found, status: "done", sentence: words.did, calls: agenda.settled, verified: true })
        : this.leaveAlone({ reason: "already-contained", why: "it is contained already" });
    if (this.observes)
      return agenda.settled.length > 0
        ? this.leaveAlone({ reason: "observed", why: "its playbook only observes by now" })
        : this.propose("observed", `Observed only: ${words.would}`, found, planned);
    // What was begun has been admitted before.
    if (this.isByPerson || record?.status === "running") return this.contain(found, agenda, callAws);
    if (await hasUndone(this.parts, order, this.args.holder))
      return this.propose(
        "undone-by-hand",
        `Left as it is, since ${order.actor.name} has just taken back such a response: ${words.would}`,
        found,
        planned,
      );
    if (!(await this.mayAct()))
      return this.propose(
        "circuit-open",
        `Left to a person, after too many responses to ${order.actor.name}: ${words.would}`,
        found,
        planned,
      );
    return this.contain(found, agenda, callAws);
  }

  private async contain(
    found: Pick<ResponseRecord, "before" | "partOfStack">,
    { settled, open }: Agenda,
    callAws: CallAws,
  ): Promise<ResponseRecord> {
    const { order, playbook, context, isLastAttempt } = this.args;
    const { target } = order;
    const words = playbook.words(target, found.before);
    const running = { ...found, status: "running", sentence: `Begun: ${words.would}` } as const;
    await this.save({ ...running, calls: [...settled, ...open.map(plannedRecord)] });
    const { calls, failure } = await makeCalls(callAws, open, {
      made: settled,
      save: async (sofar) => void (await this.save({ ...running, calls: sofar })),
      now: () => isoNow(this.parts),
      isLastAttempt,
    });
    const verified = await isSeen(this.parts, async () => {
      const state = await playbook.read(target, callAws);
      return state === undefined || playbook.isContained(target, state, context);
    });
    const count = calls.filter(isSettled).length;
    const gap = failure ?? "AWS took every call, and the target is still not contained";
    if (verified) return this.save({ ...found, status: "done", sentence: words.did, calls, verified });
    return this.save({
      ...found,
      ...(count > 0
        ? {
            status: "partial",
            sentence: `Done in part, ${count} of ${calls.length} calls: ${words.would} (${gap})`,
          }
        : { status: "failed", sentence: `Not done: ${words.would} (${gap})` }),
      calls,
      verified,
    });
  }

  /** A person's order is carried out whatever the mode. */
  private get observes(): boolean {
    return !this.isByPerson && this.parts.modes[this.args.playbook.id] === "observe";
  }

  private get isByPerson(): boolean {
    return this.args.orderedBy !== "alert";
  }

  private get isPartlyMade(): boolean {
    return this.saved?.calls.some(isSettled) ?? false;
  }

  private async mayAct(): Promise<boolean> {
    const { store, circuit, clock, logger } = this.parts;
    const { id, order } = this.args;
    const key = circuitOf(order.playbook, order.actor);
    const { allowed, opened } = await store.countAction(key, id, clock(), circuit.windowMs, circuit.limit);
    if (opened) logger.error("circuit opened", { circuit: key, response: id, limit: circuit.limit });
    return allowed;
  }

  private propose(
    reason: "observed" | "circuit-open" | "undone-by-hand",
    sentence: string,
    found: Pick<ResponseRecord, "before" | "partOfStack">,
    planned: readonly Call[],
  ): Promise<ResponseRecord> {
    return this.save({ ...found, status: "proposed", reason, sentence, calls: planned.map(plannedRecord) });
  }

  /** A person who cannot reach the account is told, and the response stays as it is, for somebody who can. */
  private async leaveAlone({ reason, why }: Refusal): Promise<ResponseRecord> {
    const { id, playbook } = this.args;
    if (this.isByPerson && reason === "no-reach")
      throw new ResponseStateError(`response ${id} cannot be run: ${why}`);
    const done = this.isPartlyMade ? "done in part only" : "not done";
    return this.save({
      status: this.isPartlyMade ? "partial" : "skipped",
      reason,
      sentence: `${playbook.title}: ${done}, because ${why}`,
    });
  }

  private async save(ending: Ending): Promise<ResponseRecord> {
    const { id, holder, order, context, orderedBy } = this.args;
    const record = this.saved;
    const { playbook, alert, actor, target } = order;
    const now = isoNow(this.parts);
    const saved: ResponseRecord = {
      ...(record?.before === undefined ? {} : { before: record.before }),
      calls: record?.calls ?? [],
      ...ending,
      schemaVersion: RESPONSE_SCHEMA_VERSION,
      id,
      playbook,
      mode: this.observes ? "observe" : "enforce",
      alert,
      actor,
      target,
      orderedBy,
      contextTime: context.now.toISOString(),
      createdTime: record?.createdTime ?? now,
      updatedTime: now,
    };
    await this.parts.store.save(saved, holder);
    this.saved = saved;
    return saved;
  }

  private partOfStack(principals: readonly string[]): Pick<ResponseRecord, "partOfStack"> {
    const { playbook, order } = this.args;
    const { stackArns } = this.parts;
    const isPart = targetArns(playbook, order.target, principals).some((arn) => stackArns.includes(arn));
    return isPart ? { partOfStack: true } : {};
  }
}
