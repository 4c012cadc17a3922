import { Attempt } from "./attempt";
import { ResponseBusyError, ResponseStateError } from "./errors";
import { checkUntouchable } from "./guards";
import type { ResponseOrder } from "./order";
import { outcomeOf } from "./outcome";
import type { Playbook } from "./playbook";
import { isPlaybookId } from "./playbook-ids";
import type { ResponseRecord, ResponseStatus } from "./record";
import type { ResponderParts } from "./responder-parts";
import { responseIdOf } from "./response-id";
import { contextOf, rememberUndo, withTargetHeld } from "./shared-steps";
import { LeaseLostError } from "./store";
import { takeBack } from "./take-back";

export { circuitOf } from "./shared-steps";
export { ResponseBusyError, ResponseStateError, UnfinishedResponseError } from "./errors";
export type { ResponderParts, ResponseLogger, Untouchable } from "./responder-parts";

/** A person's command is done, or dead, by then. */
const PERSONS_LEASE_MS = 5 * 60_000;

/** What a person may do with a response, and in which states. One that is running still has died, or is held. */
export const WISHES = {
  run: { past: "run", statuses: ["proposed", "running", "failed", "partial"] },
  undo: { past: "undone", statuses: ["done", "partial"] },
} as const satisfies Record<string, { past: string; statuses: readonly ResponseStatus[] }>;

/** A response that a person goes on with. */
interface Reopened {
  readonly record: ResponseRecord;
  readonly playbook: Playbook;
  readonly holder: string;
  readonly leaseEndMs: number;
}

/** Does what alerts, and people, ask for; the same steps for all playbooks. */
export class Responder {
  /** @throws Error when a pattern of what is untouchable would protect nothing */
  constructor(private readonly parts: ResponderParts) {
    checkUntouchable(parts.untouchable);
  }

  /**
   * Makes a response, unless it is made.
   *
   * @param leaseEndMs until when the caller is sure to be done, or dead
   * @param isLastAttempt ends the response even where trying again might help
   * @throws what has to be tried again
   */
  async respond(order: ResponseOrder, leaseEndMs: number, isLastAttempt: boolean): Promise<void> {
    const { playbooks, modes, store, clock, newHolder, logger } = this.parts;
    const id = responseIdOf(order);
    const playbook = playbooks.get(order.playbook);
    if (!playbook || modes[order.playbook] === "off") {
      logger.info("playbook is off", { response: id, playbook: order.playbook, alert: order.alert.id });
      return;
    }
    const holder = newHolder();
    const begun = await store.begin(id, holder, clock(), leaseEndMs);
    if (begun.claim === "ended") return;
    if (begun.claim === "busy") throw new ResponseBusyError(`response ${id} is being made elsewhere`);
    const { record } = begun;
    await this.toItsEnd(id, holder, () => {
      // It had ended, and whoever ended it died before the bus was told.
      if (record && record.status !== "running") return Promise.resolve(record);
      // Planned anew by the same time, an attempt that died and the one that follows want the same.
      const context = contextOf(id, order, new Date(record?.contextTime ?? clock()));
      return new Attempt(this.parts, {
        ...{ id, holder, order, playbook, context, record, leaseEndMs, isLastAttempt },
        orderedBy: "alert",
      }).make();
    });
  }

  /**
   * A person executes a proposed response, or continues a failed or partial one. What is never to be touched is not
   * touched by people either; modes and the circuit breaker are for machines.
   *
   * @param person ARN of whoever does it
   * @returns the record as it is then; its status says whether the response is done
   * @throws ResponseStateError
   */
  async run(id: string, person: string): Promise<ResponseRecord> {
    return this.byHand("run", id, ({ record, playbook, holder, leaseEndMs }) =>
      new Attempt(this.parts, {
        ...{ id, holder, playbook, record, leaseEndMs },
        order: { ...record, playbook: playbook.id },
        context: contextOf(id, record, new Date(this.parts.clock())),
        isLastAttempt: true,
        orderedBy: person,
      }).make(),
    );
  }

  /**
   * A person takes back a response that is done, in whole or in part. The record's `undo` says whether that succeeded;
   * only then is its status `undone`.
   *
   * @param person ARN of whoever does it
   * @throws ResponseStateError
   */
  async undo(id: string, person: string): Promise<ResponseRecord> {
    return this.byHand("undo", id, ({ record, playbook, holder, leaseEndMs }) =>
      withTargetHeld(this.parts, playbook, record.target, holder, leaseEndMs, async () => {
        await rememberUndo(this.parts, record, person);
        return takeBack(this.parts, record, playbook, holder, person);
      }),
    );
  }

  /** Tells the bus of what came of it, and only then ends it: who dies in between is followed by one who tells again. */
  private async toItsEnd(
    id: string,
    holder: string,
    work: () => Promise<ResponseRecord>,
  ): Promise<ResponseRecord> {
    const { store, tell, logger } = this.parts;
    try {
      const record = await work();
      await tell(outcomeOf(record));
      await store.release(id, holder, true);
      const { playbook, status, reason } = record;
      logger.info("response ended", { response: id, playbook, status, reason });
      return record;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) await this.giveBack(id, holder);
      throw error;
    }
  }

  /** For another attempt to begin at once; where that fails too, it begins when the lease ends. */
  private async giveBack(id: string, holder: string): Promise<void> {
    try {
      await this.parts.store.release(id, holder, false);
    } catch (error) {
      this.parts.logger.warn("response not given back: its lease has to end first", {
        response: id,
        reason: error instanceof Error ? error.name : "unknown",
      });
    }
  }

  /** Lets a person work on a response, and says in words what a machine would simply try again after. */
  private async byHand(
    wish: keyof typeof WISHES,
    id: string,
    work: (reopened: Reopened) => Promise<ResponseRecord>,
  ): Promise<ResponseRecord> {
    const reopened = await this.reopened(wish, id);
    try {
      return await this.toItsEnd(id, reopened.holder, () => work(reopened));
    } catch (error) {
      if (!(error instanceof ResponseBusyError || error instanceof LeaseLostError)) throw error;
      throw new ResponseStateError(`${error.message}; look at response ${id} again in some minutes`, {
        cause: error,
      });
    }
  }

  private async reopened(wish: keyof typeof WISHES, id: string): Promise<Reopened> {
    const { store, playbooks, clock, newHolder } = this.parts;
    const { past, statuses } = WISHES[wish];
    const refuse = (problem: string): never => {
      throw new ResponseStateError(problem);
    };
    const known = await store.get(id);
    if (!known) return refuse(`there is no response ${id}; trailkeeper respond list shows them`);
    const playbook = isPlaybookId(known.playbook) ? playbooks.get(known.playbook) : undefined;
    if (!playbook)
      return refuse(`response ${id} is of ${known.playbook}, which is not ${past} by hand; use pulumi up`);
    const isRight = (record: ResponseRecord): boolean =>
      (statuses as readonly ResponseStatus[]).includes(record.status) &&
      (wish === "run" || record.before !== undefined);
    if (!isRight(known))
      return refuse(
        `response ${id} is ${known.status} and cannot be ${past}; only what is ${statuses.join(" or ")} can`,
      );
    const holder = newHolder();
    const leaseEndMs = clock() + PERSONS_LEASE_MS;
    const begun = await store.begin(id, holder, clock(), leaseEndMs, true);
    if (begun.claim !== "claimed")
      return refuse(`response ${id} is being worked on elsewhere; try again in some minutes`);
    // What another person has done in between counts.
    const record = begun.record ?? known;
    if (isRight(record)) return { record, playbook, holder, leaseEndMs };
    await store.release(id, holder, true);
    return refuse(`response ${id} is ${record.status} by now; look at it again`);
  }
}
