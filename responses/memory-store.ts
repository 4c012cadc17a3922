import type { ResponseRecord } from "./record";
import { type Begun, LeaseLostError, type ResponseStore } from "./store";

interface Claim {
  readonly holder: string;
  readonly leaseEndMs: number;
}

/** What is known of one response. */
interface Item {
  /** Absent where it was given back. */
  readonly claim?: Claim;
  readonly releasedBy?: string;
  readonly ended: boolean;
  readonly record?: ResponseRecord;
}

interface Circuit {
  /** When each response was first counted. */
  readonly counted: Map<string, number>;
  openedBy?: string;
}

/** A store that forgets with the process: for tests and trials. */
export class MemoryResponseStore implements ResponseStore {
  private readonly items = new Map<string, Item>();
  private readonly locks = new Map<string, Claim>();
  private readonly circuits = new Map<string, Circuit>();

  begin(id: string, holder: string, nowMs: number, leaseEndMs: number, reopen = false): Promise<Begun> {
    const item = this.items.get(id);
    const record = item?.record && structuredClone(item.record);
    if (item?.ended && record && !reopen) return Promise.resolve({ claim: "ended", record });
    if (isHeldByAnother(item?.claim, holder, nowMs)) return Promise.resolve({ claim: "busy" });
    this.items.set(id, { record, ended: item?.ended ?? false, claim: { holder, leaseEndMs } });
    return Promise.resolve({ claim: "claimed", ...(record ? { record } : {}) });
  }

  async save(record: ResponseRecord, holder: string): Promise<void> {
    const item = this.heldItem(record.id, holder);
    this.items.set(record.id, { ...item, record: structuredClone(record) });
    return Promise.resolve();
  }

  async release(id: string, holder: string, ended: boolean): Promise<void> {
    if (this.items.get(id)?.releasedBy === holder) return Promise.resolve();
    const item = this.heldItem(id, holder);
    this.items.set(id, { record: item.record, ended: item.ended || ended, releasedBy: holder });
    return Promise.resolve();
  }

  get(id: string): Promise<ResponseRecord | undefined> {
    return Promise.resolve(structuredClone(this.items.get(id)?.record));
  }

  list({
    status,
    sinceMs = -Infinity,
    limit,
  }: Parameters<ResponseStore["list"]>[0]): Promise<readonly ResponseRecord[]> {
    const records = [...this.items.values()]
      .flatMap(({ record }) => (record ? [record] : []))
      .filter((record) => status === undefined || record.status === status)
      .filter(({ createdTime }) => Date.parse(createdTime) >= sinceMs)
      .sort((a, b) => Date.parse(b.createdTime) - Date.parse(a.createdTime));
    return Promise.resolve(structuredClone(records.slice(0, limit)));
  }

  lock(target: string, holder: string, nowMs: number, leaseEndMs: number): Promise<boolean> {
    if (isHeldByAnother(this.locks.get(target), holder, nowMs)) return Promise.resolve(false);
    this.locks.set(target, { holder, leaseEndMs });
    return Promise.resolve(true);
  }

  unlock(target: string, holder: string): Promise<void> {
    if (this.locks.get(target)?.holder === holder) this.locks.delete(target);
    return Promise.resolve();
  }

  countAction(
    circuit: string,
    responseId: string,
    nowMs: number,
    windowMs: number,
    limit: number,
  ): Promise<{ readonly allowed: boolean; readonly opened: boolean }> {
    const known = this.circuits.get(circuit) ?? { counted: new Map<string, number>() };
    this.circuits.set(circuit, known);
    if (known.openedBy !== undefined)
      return Promise.resolve({ allowed: false, opened: known.openedBy === responseId });
    if (known.counted.has(responseId)) return Promise.resolve({ allowed: true, opened: false });
    for (const [id, timeMs] of known.counted) if (timeMs <= nowMs - windowMs) known.counted.delete(id);
    const allowed = known.counted.size < limit;
    if (allowed) known.counted.set(responseId, nowMs);
    else known.openedBy = responseId;
    return Promise.resolve({ allowed, opened: !allowed });
  }

  closeCircuit(circuit: string): Promise<boolean> {
    const wasOpen = this.circuits.get(circuit)?.openedBy !== undefined;
    if (wasOpen) this.circuits.delete(circuit);
    return Promise.resolve(wasOpen);
  }

  openCircuits(): Promise<readonly string[]> {
    const open = [...this.circuits].filter(([, { openedBy }]) => openedBy !== undefined);
    return Promise.resolve(open.map(([circuit]) => circuit));
  }

  private heldItem(id: string, holder: string): Item {
    const item = this.items.get(id);
    if (item?.claim?.holder !== holder)
      throw new LeaseLostError(`response ${id} is held by another; what this one did is in its record`);
    return item;
  }
}

function isHeldByAnother(claim: Claim | undefined, holder: string, nowMs: number): boolean {
  return claim !== undefined && claim.holder !== holder && claim.leaseEndMs >= nowMs;
}
