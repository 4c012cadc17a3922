import assert from "node:assert/strict";
import type { Graph } from "../support/graph";
import { type AccessRequest, decide, type Verdict } from "../support/iam";

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
export const ADMIN = `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/alice`;
export const NOBODY = `arn:aws:sts::${ACCOUNT}:assumed-role/Developer/bob`;
export const STRANGER = `arn:aws:sts::${OTHER_ACCOUNT}:assumed-role/Admin/mallory`;
export const ROOT = `arn:aws:iam::${ACCOUNT}:root`;

/** A request on one resource of a graph and what must come of it; the principal's own policies allow everything. */
export type PolicyCase = [
  what: string,
  verdict: Verdict,
  principal: string,
  action: string,
  context?: AccessRequest["context"],
];

/** Declares a test for each case. */
export function checkPolicy(
  cases: readonly PolicyCase[],
  resource: () => { resource: string; resourcePolicy: unknown },
): void {
  for (const [what, verdict, principal, action, context] of cases)
    it(`${verdict === "Allowed" ? "allow" : "refuse"} ${what}`, async () => {
      const request = { principal, action, context, resourceAccountId: ACCOUNT, ...resource() };

      assert.equal(await decide(request), verdict);
    });
}

/** ARN of the only resource of a type whose name has the fragment. */
export function arnIn(graph: Graph, type: string, nameFragment = ""): string {
  return graph.only(type, nameFragment).outputs.arn as string;
}

/** The policy document that such a resource is given. */
export function documentIn(graph: Graph, type: string, nameFragment = "", input = "policy"): unknown {
  return JSON.parse(graph.only(type, nameFragment).inputs[input] as string) as unknown;
}
