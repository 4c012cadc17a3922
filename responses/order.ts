import type { PlaybookId } from "./playbook-ids";
import type { Target } from "./playbook";

/** What an alert, or a person, asks the responder to do. */
export interface ResponseOrder {
  readonly playbook: PlaybookId;
  readonly target: Target;
  readonly alert: OrderingAlert;
  readonly actor: Actor;
}

/** The alert behind an order, as far as a response and its record need it. */
export interface OrderingAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleTitle: string;
  /** Level of the alert, by Sigma's names. */
  readonly level: string;
  readonly summary: string;
  /** Of the latest event that it rests on, ISO 8601 in UTC. */
  readonly eventTime: string;
}

/** Who did what the alert speaks of. */
export interface Actor {
  /** Short readable name. */
  readonly name: string;
  /** CloudTrail `userIdentity.type`. */
  readonly type?: string;
  readonly arn?: string;
  /** Role or user behind a session. */
  readonly sessionIssuerArn?: string;
  /** Account of the principal. */
  readonly accountId?: string;
}
