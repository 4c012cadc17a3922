import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { PLAYBOOK_IDS, RESPONSE_MODES } from "../../responses/playbook-ids";

/** File of the deployment package that says what the responder may do. */
export const RESPONDER_FILE = "responder.json";

const patterns = z.array(z.string().min(1));

/** What the responder is deployed with. Written by the component, kept in the table for the command (see settings.ts). */
export const deployedResponderSchema = z.object({
  /** Account and partition of the stack. */
  accountId: z.string().regex(/^\d{12}$/),
  partition: z.string().min(1),
  modes: z.record(z.enum(PLAYBOOK_IDS), z.enum(RESPONSE_MODES)),
  /** See `Untouchable` of responses/responder.ts. */
  untouchable: z.object({
    principals: patterns,
    actors: patterns,
    resources: patterns,
    ownRoles: patterns,
  }),
  circuit: z.object({ limit: z.int().min(1), windowSeconds: z.int().min(1) }),
  /** Role that the responder assumes in other accounts; without it, it has no reach there. */
  memberRoleName: z.string().min(1).optional(),
  /** ARNs of what the stack is made of. */
  stackArns: z.array(z.string()),
});

export type DeployedResponder = z.infer<typeof deployedResponderSchema>;

/**
 * Reads the settings of a deployment package.
 *
 * @throws Error that names the file and what is wrong in it: a responder that does not know whom it must not touch must
 *   not act at all
 */
export function readDeployedResponder(folder: string): DeployedResponder {
  return parseDeployedResponder(
    readFileSync(join(folder, RESPONDER_FILE), "utf8"),
    `${RESPONDER_FILE} of the deployment package`,
  );
}

/** @param where for the error's message @throws Error */
export function parseDeployedResponder(text: string, where: string): DeployedResponder {
  const result = deployedResponderSchema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`${where} is not as it must be: ${problems.join("; ")}`);
}
