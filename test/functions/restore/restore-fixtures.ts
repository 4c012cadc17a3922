import { randomUUID } from "node:crypto";
import { outcomeSchema } from "../../../functions/notify/outcome-schema";
import type { RestoreAlert } from "../../../functions/restore/alert";
import { Restorer, type RestorerParts } from "../../../functions/restore/restorer";
import { MemoryResponseStore } from "../../../responses/memory-store";
import type { ResponseOutcome, ResponseRecord } from "../../../responses/record";
import { DESIRED, FakeStack } from "./fake-stack";

export const START_MS = Date.parse("2026-03-01T12:00:00Z");

/** What somebody did, who is none of us. */
export function alertOf(id = "alert-1", actor: Partial<RestoreAlert["actor"]> = {}): RestoreAlert {
  return {
    alert: {
      id,
      ruleId: "pipeline-trail",
      ruleTitle: "Audit pipeline changed: the audit trail",
      level: "critical",
      summary: "mallory changed the audit trail: StopLogging on audit",
      eventTime: "2026-03-01T11:59:58Z",
    },
    actor: { name: "mallory", type: "IAMUser", arn: "arn:aws:iam::111122223333:user/mallory", ...actor },
  };
}

/** A restorer in a made-up world with a clock of its own; pauses take no time but on that clock. */
export class RestoreWorld {
  nowMs = START_MS;
  readonly aws: FakeStack;
  readonly store = new MemoryResponseStore();
  /** Outcomes, each by the contract. */
  readonly told: ResponseOutcome[] = [];
  readonly log: { readonly message: string; readonly details: Readonly<Record<string, unknown>> }[] = [];
  readonly restorer: Restorer;

  constructor(change: Partial<RestorerParts> = {}) {
    const desired = change.desired ?? DESIRED;
    this.aws = new FakeStack(desired);
    const write = (message: string, details: Readonly<Record<string, unknown>>) =>
      void this.log.push({ message, details });
    this.restorer = new Restorer({
      desired,
      store: this.store,
      call: this.aws.call,
      tell: (outcome) => {
        this.told.push(outcomeSchema.parse(JSON.parse(JSON.stringify(outcome))));
        return Promise.resolve();
      },
      clock: () => this.nowMs,
      pause: (ms) => {
        this.nowMs += ms;
        return new Promise((resolve) => setImmediate(resolve));
      },
      newHolder: randomUUID,
      logger: { info: write, warn: write, error: write },
      ...change,
    });
  }

  /** Hands an alert to the restorer as a function that lives for a minute does. */
  restore(alert = alertOf(), isLastAttempt = false): Promise<void> {
    return this.restorer.restore(alert, this.nowMs + 60_000, isLastAttempt);
  }

  /** All records, latest first. */
  records(): Promise<readonly ResponseRecord[]> {
    return this.store.list({ limit: 1_000 });
  }

  /** The only record. */
  async record(): Promise<ResponseRecord> {
    const [record, ...others] = await this.records();
    if (!record || others.length > 0) throw new Error(`expected one record, found ${others.length + 1}`);
    return record;
  }
}
