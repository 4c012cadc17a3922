import { errorText, makeCalls, plannedRecord, wasMade } from "./calls";
import { orderRefusal, principalRefusal, type Refusal, resourceRefusal } from "./guards";
import type { Call, CallAws } from "./operations";
import type { ResponseOrder } from "./order";
import { isPassingFailure } from "./passing-failure";
import type { Playbook, PlaybookContext } from "./playbook";
import { type CallRecord, RESPONSE_SCHEMA_VERSION, type ResponseRecord } from "./record";
import type { ResponderParts } from "./responder-parts";
import { hasUndone, isAwsError, isoNow, isSeen, withTargetHeld } from "./shared-steps";
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
  constructor(
    private readonly parts: ResponderParts,
    private readonly args: AttemptArgs,
  ) {}

  /**
   * @returns the record as it was saved last
   * @throws what has to be tried again
   */
  async make(): Promise<ResponseRecord> {
    const { order, playbook, holder, leaseEndMs, isLastAttempt } = this.args;
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
      return await withTargetHeld(this.parts, order, holder, leaseEndMs, () => this.lookAndAct(callAws));
    } catch (error) {
      if (!isAwsError(error) || (isPassingFailure(error) && !isLastAttempt)) throw error;
      return this.save({
        status: this.made.length > 0 ? "partial" : "failed",
        sentence: `${playbook.title}: not done (${errorText(error)})`,
      });
    }
  }

  private async lookAndAct(callAws: CallAws): Promise<ResponseRecord> {
    const { order, playbook, context, record, orderedBy } = this.args;
    const { target } = order;
    const state = await playbook.read(target, callAws);
    if (state === undefined) return this.leaveAlone({ reason: "gone", why: "there is no such resource" });
    const principals = playbook.principals(target, state);
    const why = playbook.refusal?.(target, state, context);
    const refusal =
      principalRefusal(principals, order, this.parts.untouchable) ??
      (why === undefined ? undefined : ({ reason: "refused", why } as const));
    if (refusal) return this.leaveAlone(refusal);
    const found = { before: record?.before ?? state, ...this.partOfStack(principals) };
    const words = playbook.words(target, found.before);
    if (playbook.isContained(target, state, context))
      return record?.status === "running"
        ? this.save({ ...found, status: "done", sentence: words.did, calls: this.begun, verified: true })
        : this.leaveAlone({ reason: "already-contained", why: "it is contained already" });
    const planned = playbook.contain(target, state, context);
    if (this.observes) return this.propose("observed", `Observed only: ${words.would}`, found, planned);
    if (orderedBy === "alert" && (await hasUndone(this.parts, order, this.args.holder)))
      return this.propose(
        "undone-by-hand",
        `Left as it is, since ${order.actor.name} has just taken back such a response: ${words.would}`,
        found,
        planned,
      );
    if (orderedBy === "alert" && !(await this.mayAct()))
      return this.propose(
        "circuit-open",
        `Left to a person, after too many responses to ${order.actor.name}: ${words.would}`,
        found,
        planned,
      );
    return this.contain(found, planned, callAws);
  }

  private async contain(
    found: Pick<ResponseRecord, "before" | "partOfStack">,
    planned: readonly Call[],
    callAws: CallAws,
  ): Promise<ResponseRecord> {
    const { order, playbook, context, isLastAttempt } = this.args;
    const { target } = order;
    const words = playbook.words(target, found.before);
    const running = { ...found, status: "running", sentence: words.did } as const;
    await this.save({ ...running, calls: [...this.made, ...planned.map(plannedRecord)] });
    const { calls, failure } = await makeCalls(callAws, planned, {
      made: this.made,
      save: async (sofar) => void (await this.save({ ...running, calls: sofar })),
      now: () => isoNow(this.parts),
      isLastAttempt,
    });
    const verified = await isSeen(this.parts, async () => {
      const state = await playbook.read(target, callAws);
      return state === undefined || playbook.isContained(target, state, context);
    });
    const count = calls.filter(wasMade).length;
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
    const { playbook, orderedBy } = this.args;
    return orderedBy === "alert" && this.parts.modes[playbook.id] === "observe";
  }

  /** Calls of earlier attempts that succeeded. */
  private get made(): readonly CallRecord[] {
    return this.args.record?.calls.filter(wasMade) ?? [];
  }

  /** Calls of an attempt that has died, of which the state shows the effect. */
  private get begun(): readonly CallRecord[] {
    return (this.args.record?.calls ?? []).map((call) =>
      wasMade(call) ? call : { ...call, outcome: "found", time: isoNow(this.parts) },
    );
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

  private leaveAlone({ reason, why }: Refusal): Promise<ResponseRecord> {
    return this.save({
      status: this.made.length > 0 ? "partial" : "skipped",
      reason,
      sentence: `${this.args.playbook.title}: not done, because ${why}`,
    });
  }

  private async save(ending: Ending): Promise<ResponseRecord> {
    const { id, holder, order, context, record, orderedBy } = this.args;
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
    return saved;
  }

  private partOfStack(principals: readonly string[]): Pick<ResponseRecord, "partOfStack"> {
    const { playbook, order } = this.args;
    const { stackArns } = this.parts;
    const isPart = targetArns(playbook, order.target, principals).some((arn) => stackArns.includes(arn));
    return isPart ? { partOfStack: true } : {};
  }
}

/** What the circuit breaker counts together: a playbook's responses to one actor. */
export function circuitOf(playbook: string, actor: ResponseOrder["actor"]): string {
  return `${playbook} ${actor.sessionIssuerArn ?? actor.arn ?? actor.name}`;
}
