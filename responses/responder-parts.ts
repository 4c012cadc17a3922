import type { CallAws } from "./operations";
import type { Playbook } from "./playbook";
import type { PlaybookId, ResponseMode } from "./playbook-ids";
import type { ResponseOutcome } from "./record";
import type { ResponseStore } from "./store";

/** Where the responder says what it did: ids, names and numbers, never what an event contains. */
export interface ResponseLogger {
  info(message: string, details: Readonly<Record<string, unknown>>): void;
  warn(message: string, details: Readonly<Record<string, unknown>>): void;
  error(message: string, details: Readonly<Record<string, unknown>>): void;
}

/** ARN patterns with `*` and `?`, matched as IAM's `ArnLike` does; of principals see arn-pattern.ts. */
export interface Untouchable {
  /** Users and roles whose access no playbook takes away. */
  readonly principals: readonly string[];
  /** Users and roles whose doings no playbook answers. */
  readonly actors: readonly string[];
  /** Resources that no playbook changes. */
  readonly resources: readonly string[];
  /** Roles of this stack's functions: neither answered nor touched. */
  readonly ownRoles: readonly string[];
}

/** What a responder works with. */
export interface ResponderParts {
  readonly playbooks: ReadonlyMap<PlaybookId, Playbook>;
  readonly modes: Readonly<Record<PlaybookId, ResponseMode>>;
  readonly store: ResponseStore;
  /** Calls AWS in an account and Region; undefined where the responder has no role there. */
  readonly aws: (accountId: string, region: string) => Promise<CallAws | undefined>;
  /** Puts an outcome on the alert bus, or fails; a repeat is harmless. */
  readonly tell: (outcome: ResponseOutcome) => Promise<void>;
  readonly untouchable: Untouchable;
  /** So many responses of a playbook to one actor within a time; more are left to a person. */
  readonly circuit: { readonly limit: number; readonly windowMs: number };
  /** ARNs of what the stack is made of. */
  readonly stackArns: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** A new id for each attempt. */
  readonly newHolder: () => string;
  readonly logger: ResponseLogger;
}
