import {
  grantsAdministrator,
  isPublicStatement,
  policyStatements,
  principalAccountIds,
  type PolicyStatement,
} from "../formats/iam-policy";
import type { CloudTrailEvent } from "../formats/cloudtrail/event";
import { actorKey } from "./actor";
import { worldOpenPorts } from "./world-open-ports";

/** What every computed field's name starts with. */
export const COMPUTED_FIELD_PREFIX = "trailkeeper.";

type Compute = (event: CloudTrailEvent) => unknown;

/**
 * Fields that no record has, for what field conditions cannot say: whose account an id is, and what a policy document
 * inside a parameter grants. Computed when a rule asks; see docs/detections.md for their meaning.
 */
const COMPUTED_FIELDS: Readonly<Record<string, Compute>> = {
  "trailkeeper.actor": actorKey,
  "trailkeeper.foreignAccountIds": (event) => foreign(event, accountIdsIn(event.requestParameters)),
  "trailkeeper.policy.isPublic": (event) => statementsOf(event).some(isPublicStatement),
  "trailkeeper.policy.grantsAdministrator": (event) => statementsOf(event).some(grantsAdministrator),
  "trailkeeper.policy.actions": (event) =>
    statementsOf(event).flatMap(({ effect, actions }) => (effect === "Allow" ? actions : [])),
  "trailkeeper.policy.foreignPrincipalAccountIds": (event) =>
    foreign(event, statementsOf(event).flatMap(principalAccountIds)),
  "trailkeeper.worldOpenPorts": ({ requestParameters }) => worldOpenPorts(requestParameters),
};

/** Names of all computed fields. */
export const COMPUTED_FIELD_NAMES: readonly string[] = Object.keys(COMPUTED_FIELDS);

/** How to compute a field from an event; undefined for fields that are recorded. */
export function computedField(field: string): ((event: object) => unknown) | undefined {
  const compute = Object.hasOwn(COMPUTED_FIELDS, field) ? COMPUTED_FIELDS[field] : undefined;
  // Conditions see plain objects; what they are evaluated on are CloudTrail events.
  return compute && ((event) => compute(event as CloudTrailEvent));
}

function foreign(event: CloudTrailEvent, accountIds: readonly string[]): string[] {
  const own = [event.recipientAccountId, event.userIdentity?.accountId];
  return [...new Set(accountIds)].filter((id) => !own.includes(id));
}

const ACCOUNT_ID = /^\d{12}$/;
const ARN_ACCOUNT_ID = /\barn:[a-z0-9-]+:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):/g;

function accountIdsIn(parameters: unknown): string[] {
  const ids: string[] = [];
  forEachValue(parameters, (value) => {
    if (typeof value !== "string") return;
    if (ACCOUNT_ID.test(value)) ids.push(value);
    else for (const [, id] of value.matchAll(ARN_ACCOUNT_ID)) if (id !== undefined) ids.push(id);
    // A principal may also be the bare account id, inside the text of a policy document.
    for (const statement of policyStatements(value)) ids.push(...principalAccountIds(statement));
  });
  return ids;
}

/** Rules of one event ask for the same statements one after the other. */
let last: { readonly event: CloudTrailEvent; readonly statements: readonly PolicyStatement[] } | undefined;

function statementsOf(event: CloudTrailEvent): readonly PolicyStatement[] {
  if (last?.event === event) return last.statements;
  const statements: PolicyStatement[] = [];
  forEachValue(event.requestParameters, (value) => statements.push(...policyStatements(value)));
  last = { event, statements };
  return statements;
}

/** Visits a value and everything inside it, without recursion: parameters may be nested deeply. */
function forEachValue(root: unknown, visit: (value: unknown) => void): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    visit(value);
    if (typeof value === "object" && value !== null)
      for (const inner of Object.values(value as Readonly<Record<string, unknown>>)) pending.push(inner);
  }
}
