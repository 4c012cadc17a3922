import assert from "node:assert/strict";
import type { Call } from "../../../responses/operations";
import { EVERYTHING } from "../../support/iam";

/** The policies of an administrator together with the one that a playbook's calls write, for the IAM simulator. */
export function administratorWith(calls: readonly Call[]): typeof EVERYTHING {
  const [call, ...others] = calls;
  assert.deepEqual(others, []);
  assert.ok(call?.operation === "iam:PutUserPolicy" || call?.operation === "iam:PutRolePolicy");
  const written = JSON.parse(call.input.PolicyDocument ?? "") as typeof EVERYTHING;
  return { ...EVERYTHING, Statement: [...EVERYTHING.Statement, ...written.Statement] };
}
