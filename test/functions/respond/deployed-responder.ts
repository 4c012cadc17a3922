import type { DeployedResponder } from "../../../functions/respond/deployed";
import { PLAYBOOK_IDS } from "../../../responses/playbook-ids";

/** What a responder is deployed with; tests change one thing about it. */
export function deployedResponder(change: Partial<DeployedResponder> = {}): DeployedResponder {
  return {
    accountId: "111122223333",
    partition: "aws",
    modes: Object.fromEntries(PLAYBOOK_IDS.map((id) => [id, "observe"])) as DeployedResponder["modes"],
    untouchable: {
      principals: ["arn:aws:iam::*:role/break-glass"],
      actors: ["arn:aws:iam::*:role/break-glass"],
      resources: [],
      ownRoles: ["arn:aws:iam::111122223333:role/trail-respond"],
    },
    circuit: { limit: 5, windowSeconds: 3600 },
    stackArns: [],
    ...change,
  };
}
