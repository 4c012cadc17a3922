import type { CallAws, OperationName } from "../../responses/operations";
import type { ResponseOrder } from "../../responses/order";
import { PLAYBOOK_IDS, type PlaybookId, type ResponseMode } from "../../responses/playbook-ids";
import { PLAYBOOKS } from "../../responses/playbooks";
import type { ResponseOutcome } from "../../responses/record";
import { MemoryResponseStore } from "../../responses/memory-store";
import { Responder, type ResponderParts } from "../../responses/responder";
import { AwsError, fakeAws, type MadeCall } from "./fake-aws";
import { type IamWorld, serveIam } from "./iam-world";

export const ACCOUNT = "111122223333";
export const KEY = "AKIAIOSFODNN7EXAMPLE";
export const START_MS = Date.parse("2026-03-02T10:05:00Z");

/** An account with a user and his key, and an administrator with his. */
export function account(): IamWorld {
  const user = (key: string) => ({
    path: "/",
    policies: {},
    keys: { [key]: "Active" as const },
    profile: null,
  });
  return {
    partition: "aws",
    accountId: ACCOUNT,
    time: "2026-03-02T10:00:00Z",
    users: { bob: user(KEY), "break-glass": user("AKIAI44QH8DHBEXAMPLE") },
    roles: {},
  };
}

/** What an alert asks for: that bob's key be deactivated. */
export function order(change: Partial<ResponseOrder> = {}): ResponseOrder {
  return {
    playbook: "deactivate-access-key",
    target: {
      partition: "aws",
      accountId: ACCOUNT,
      region: "us-east-1",
      ids: { userName: "bob", accessKeyId: KEY },
    },
    alert: {
      id: "alert-1",
      ruleId: "rule-1",
      ruleTitle: "Access key exposed",
      level: "high",
      summary: "The key of bob is public",
      eventTime: "2026-03-02T10:04:00Z",
    },
    actor: {
      name: "user/bob",
      type: "IAMUser",
      arn: `arn:aws:iam::${ACCOUNT}:user/bob`,
      accountId: ACCOUNT,
    },
    ...change,
  };
}

/** Operations that change something, as calls are counted by. */
export const isChange = ({ operation }: Pick<MadeCall, "operation">): boolean =>
  /:(?:Update|Put|Delete|Create|Add|Remove|Modify|Revoke|Authorize|Enable|Cancel)/.test(operation);

/** An account, a table and a bus in memory, and responders that share them. */
export class ResponderBench {
  readonly world = account();
  readonly store = new MemoryResponseStore();
  readonly outcomes: ResponseOutcome[] = [];
  readonly log: string[] = [];
  nowMs = START_MS;
  /** Called before each call is served; what it throws is AWS's answer. */
  beforeCall: (operation: OperationName) => Promise<void> | void = () => undefined;
  private readonly served = fakeAws(serveIam(this.world));
  private holders = 0;

  constructor(private readonly changes: Partial<ResponderParts> = {}) {}

  get calls(): readonly MadeCall[] {
    return this.served.calls;
  }

  get changing(): readonly MadeCall[] {
    return this.calls.filter(isChange);
  }

  readonly call: CallAws = async (operation, input) => {
    await this.beforeCall(operation);
    return this.served.call(operation, input);
  };

  responder(changes: Partial<ResponderParts> = {}): Responder {
    const record = (...line: unknown[]) => void this.log.push(JSON.stringify(line));
    return new Responder({
      playbooks: PLAYBOOKS,
      modes: modes("enforce"),
      store: this.store,
      aws: (accountId) => Promise.resolve(accountId === ACCOUNT ? this.call : undefined),
      tell: (outcome) => {
        this.outcomes.push(outcome);
        return Promise.resolve();
      },
      untouchable: {
        principals: [`arn:aws:iam::${ACCOUNT}:user/break-glass`],
        actors: [`arn:aws:iam::${ACCOUNT}:user/break-glass`, `arn:aws:iam::${ACCOUNT}:role/deploy`],
        resources: [],
        ownRoles: [`arn:aws:iam::${ACCOUNT}:role/trail-respond`],
      },
      circuit: { limit: 5, windowMs: 3_600_000 },
      stackArns: [],
      clock: () => this.nowMs,
      pause: (ms) => {
        this.nowMs += ms;
        return Promise.resolve();
      },
      newHolder: () => `holder-${++this.holders}`,
      logger: { info: record, warn: record, error: record },
      ...this.changes,
      ...changes,
    });
  }

  /** As one invocation does. */
  respond(what: ResponseOrder = order(), isLastAttempt = false): Promise<void> {
    return this.responder().respond(what, this.nowMs + 60_000, isLastAttempt);
  }

  async records() {
    return this.store.list({ limit: 2_000 });
  }

  async only() {
    const records = await this.records();
    if (records.length !== 1 || !records[0]) throw new Error(`${records.length} records instead of one`);
    return records[0];
  }
}

export function modes(mode: ResponseMode): Record<PlaybookId, ResponseMode> {
  return Object.fromEntries(PLAYBOOK_IDS.map((id) => [id, mode])) as Record<PlaybookId, ResponseMode>;
}

/** A failure that passes. */
export const throttled = () => new AwsError("Throttling", "Rate exceeded");
