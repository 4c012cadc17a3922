import { parseArn } from "../../formats/arn";
import { isPrincipalLike } from "../../responses/arn-pattern";
import { ResponseBusyError, UnfinishedResponseError } from "../../responses/errors";
import type { Actor } from "../../responses/order";
import type { Target } from "../../responses/playbook";
import { RESTORE_TRAIL } from "../../responses/playbook-ids";
import type { ResponseRecord } from "../../responses/record";
import type { ResponderParts } from "../../responses/responder-parts";
import type { ResponseStore } from "../../responses/store";
import type { RestoreAlert } from "./alert";
import type { DesiredState } from "./desired";
import { type Ending, verdictOn } from "./ending";
import { errorCode, errorText, isPassing } from "./failures";
import { type Changed, type Finding, lookAt, stackParts } from "./findings";
import type { CallStack } from "./operations";
import { afterCall, begunRecord, endedRecord, madeOperations, outcomeOf, restoreId } from "./record";
import type { StackPart } from "./stack-part";

/** What a restorer works with. */
export interface RestorerParts extends Pick<
  ResponderParts,
  "tell" | "clock" | "pause" | "newHolder" | "logger"
> {
  readonly desired: DesiredState;
  readonly store: Pick<ResponseStore, "begin" | "save" | "release" | "list" | "lock" | "unlock">;
  readonly call: CallStack;
}

/** Alerts that come at the same time wait for one another this long, then come again. */
const LOCK_WAIT_MS = 10_000;
const LOCK_PAUSE_MS = 500;

/** S3 and CloudTrail may show for a moment what was there before. */
const VERIFY_PAUSES_MS: readonly number[] = [0, 1_000, 2_000, 4_000];

/** Who changes within this time what was put back is at it still. */
const ATTACK_WINDOW_MS = 3_600_000;
/** So many records of that time are looked at. Only those count that put something back: a flood of others hides none. */
const MAX_RECORDS = 100;

/** A part that could not be seen, or put back. */
interface Failure {
  readonly part: StackPart;
  readonly error: unknown;
}

/**
 * Puts back what the stack deployed of the trail and of the archive's bucket. An alert only says that something may have
 * happened: what is looked at, and what it is put back to, is the desired state that the function is deployed with. What
 * is as deployed is left alone, so that alerts may come in any order, late and more than once.
 */
export class Restorer {
  private readonly stack: readonly StackPart[];
  private readonly trailName: string;
  private readonly target: Target;
  private readonly lockName: string;

  constructor(private readonly parts: RestorerParts) {
    const { partition, accountId, region, trail, archive } = parts.desired;
    this.stack = stackParts(parts.desired);
    this.trailName = (parseArn(trail.arn)?.resource ?? trail.arn).replace(/^trail\//, "");
    const bucket = archive && { bucketName: archive.bucketName };
    this.target = { partition, accountId, region, ids: { trailName: this.trailName, ...bucket } };
    this.lockName = `${RESTORE_TRAIL} ${trail.arn}`;
  }

  /**
   * Looks at the stack and puts back what differs, unless that was done for this alert.
   *
   * @param leaseEndMs until when the caller is sure to be done, or dead; milliseconds since 1970
   * @param isLastAttempt ends it even where trying again might help
   * @throws what has to be tried again: a failure that passes, another attempt that is at it
   */
  async restore(order: RestoreAlert, leaseEndMs: number, isLastAttempt: boolean): Promise<void> {
    const { store, clock, newHolder, logger, desired } = this.parts;
    const facts = { alert: order.alert.id, rule: order.alert.ruleId };
    if (this.isOurOwn(order.actor)) {
      logger.warn("alert ignored: one of our own roles has caused it", facts);
      return;
    }
    const id = restoreId(order.alert.id, desired.trail.arn);
    const holder = newHolder();
    const begun = await store.begin(id, holder, clock(), leaseEndMs);
    if (begun.claim === "ended") {
      logger.info("alert ignored: its response has ended", { ...facts, response: id });
      return;
    }
    if (begun.claim === "busy") throw new ResponseBusyError(`another attempt is at response ${id}`);
    let ended = false;
    try {
      await this.lock(holder, leaseEndMs);
      try {
        await this.attempt({ id, order, holder, previous: begun.record, isLastAttempt });
        ended = true;
      } finally {
        await store.unlock(this.lockName, holder);
      }
    } finally {
      await store.release(id, holder, ended);
    }
  }

  private isOurOwn({ arn, sessionIssuerArn }: Actor): boolean {
    const principal = sessionIssuerArn ?? arn;
    return (
      principal !== undefined &&
      this.parts.desired.ownRoleArns.some((pattern) => isPrincipalLike(pattern, principal))
    );
  }

  private async lock(holder: string, leaseEndMs: number): Promise<void> {
    const { store, clock, pause } = this.parts;
    const giveUpMs = clock() + LOCK_WAIT_MS;
    while (!(await store.lock(this.lockName, holder, clock(), leaseEndMs))) {
      if (clock() >= giveUpMs) throw new ResponseBusyError("another attempt is at the trail");
      await pause(LOCK_PAUSE_MS);
    }
  }

  private async attempt(attempt: {
    readonly id: string;
    readonly order: RestoreAlert;
    readonly holder: string;
    readonly previous?: ResponseRecord;
    readonly isLastAttempt: boolean;
  }): Promise<void> {
    const { id, order, holder, previous } = attempt;
    const { store, desired, call, tell, logger } = this.parts;
    const findings = await lookAt(this.stack, call);
    const changed = findings.filter((finding) => finding.outcome === "changed");
    const begun = begunRecord({
      ...order,
      id,
      mode: desired.mode,
      target: this.target,
      previous,
      before: Object.fromEntries(changed.map(({ part, found }) => [part.id, found])),
      needless: new Set(
        findings.filter(({ outcome }) => outcome === "as-deployed").map(({ part }) => part.operation),
      ),
      planned: changed.map(({ part, found }) => ({ operation: part.operation, input: part.repair(found) })),
      now: this.now(),
    });
    const { record, failures } =
      desired.mode === "enforce"
        ? await this.repair(begun, changed, holder)
        : { record: begun, failures: [] };
    failures.push(...findings.filter((finding) => finding.outcome === "unseen"));
    const passing = failures.find(({ error }) => isPassing(error));
    if (passing && !attempt.isLastAttempt)
      throw new UnfinishedResponseError(
        `${failures.length} parts are not done, among them ${passing.part.id}: ${errorText(passing.error)}`,
      );

    const ending = await this.ending(record, findings, failures);
    const verdict = verdictOn(ending, order.alert.level);
    const verified = ending.made.length > 0 ? ending.verified : undefined;
    const ended = endedRecord(record, verdict, this.now(), verified);
    await store.save(ended, holder);
    await tell(outcomeOf(ended, verdict));
    logger.info("trail looked at", {
      response: id,
      alert: order.alert.id,
      status: ended.status,
      reason: ended.reason,
      calls: ended.calls.map(({ operation, outcome }) => `${operation} ${outcome}`),
    });
  }

  /** Makes the planned calls; one that fails does not keep the others from being made. Saved before the first and after each. */
  private async repair(
    begun: ResponseRecord,
    changed: readonly Changed[],
    holder: string,
  ): Promise<{ record: ResponseRecord; failures: Failure[] }> {
    const { store, call } = this.parts;
    const failures: Failure[] = [];
    let record = begun;
    if (changed.length > 0) await store.save(record, holder);
    for (const { part, found } of changed) {
      const error = await call(part.operation, part.repair(found)).then(
        () => undefined,
        (thrown: unknown) => ({ thrown }),
      );
      if (error) failures.push({ part, error: error.thrown });
      record = afterCall(record, part.operation, this.now(), error && errorText(error.thrown));
      await store.save(record, holder);
    }
    return { record, failures };
  }

  private async ending(
    record: ResponseRecord,
    findings: readonly Finding[],
    failures: readonly Failure[],
  ): Promise<Ending> {
    const { desired } = this.parts;
    const operations = madeOperations(record);
    const failed = new Set(failures.map(({ part }) => part));
    const made = this.stack.filter((part) => operations.has(part.operation) && !failed.has(part));
    const changed = findings.filter(({ outcome }) => outcome === "changed").map(({ part }) => part);
    return {
      trailName: this.trailName,
      made,
      proposed: desired.mode === "observe" ? changed : [],
      failed: failures.map(({ part, error }) => ({ part, code: errorCode(error) })),
      gone: new Set(findings.filter(({ outcome }) => outcome === "gone").map(({ part }) => part.of)),
      verified: await this.areAsDeployed(made),
      again: await this.wereMadeBefore(record.id, operations),
    };
  }

  private async areAsDeployed(parts: readonly StackPart[]): Promise<boolean> {
    for (const ms of VERIFY_PAUSES_MS) {
      if (ms > 0) await this.parts.pause(ms);
      const findings = await lookAt(parts, this.parts.call);
      if (findings.every(({ outcome }) => outcome === "as-deployed")) return true;
    }
    return false;
  }

  /** Whether another response has put the same back within the hour. */
  private async wereMadeBefore(id: string, operations: ReadonlySet<string>): Promise<boolean> {
    if (operations.size === 0) return false;
    const { store, clock } = this.parts;
    const sinceMs = clock() - ATTACK_WINDOW_MS;
    const lists = await Promise.all(
      (["done", "partial"] as const).map((status) => store.list({ status, sinceMs, limit: MAX_RECORDS })),
    );
    return lists
      .flat()
      .filter((record) => record.playbook === RESTORE_TRAIL && record.id !== id)
      .some((record) => [...madeOperations(record)].some((operation) => operations.has(operation)));
  }

  private now(): string {
    return new Date(this.parts.clock()).toISOString();
  }
}
