import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsCalls, CLIENT_SETTINGS } from "../../functions/respond/aws-calls";
import { readSettings } from "../../functions/respond/settings";
import { PLAYBOOKS } from "../../responses/playbooks";
import { Responder, type ResponderParts } from "../../responses/responder";
import { CommandError } from "../command-error";
import type { ResponseTable } from "./table";

/** Somebody who acts with the credentials that the command finds, and a responder that acts with them. */
export interface Person {
  readonly arn: string;
  readonly aws: ResponderParts["aws"];
  readonly responder: Responder;
}

/**
 * Who runs the command. What the deployed function must not touch holds for people too, so its settings are read from
 * the table.
 *
 * @throws CommandError when the function has never run, so that nobody knows what that is
 */
export async function personAt(table: ResponseTable): Promise<Person> {
  const settings = await readSettings(table.client, table.name);
  if (!settings)
    throw new CommandError(
      `table ${table.name} does not say what must never be touched; the respond function writes that there when it first runs`,
    );
  const sts = new STSClient({ ...CLIENT_SETTINGS, region: table.region });
  const { Arn: arn, Account: accountId } = await sts.send(new GetCallerIdentityCommand({}));
  if (arn === undefined || accountId === undefined) throw new CommandError("AWS does not say who you are");
  const { partition, memberRoleName, modes, untouchable, stackArns, circuit } = settings;
  const aws = awsCalls({ accountId, partition, memberRoleName, sessionName: "trailkeeper-by-hand", sts });
  const responder = new Responder({
    playbooks: PLAYBOOKS,
    modes,
    store: table.store,
    aws,
    // The alert bus admits the stack's functions alone; the command itself says what came of it.
    tell: () => Promise.resolve(),
    untouchable,
    circuit: { limit: circuit.limit, windowMs: circuit.windowSeconds * 1000 },
    stackArns,
    clock: Date.now,
    pause: (ms) => sleep(ms),
    newHolder: randomUUID,
    logger: { info: () => undefined, warn: complain, error: complain },
  });
  return { arn, aws, responder };
}

function complain(message: string, details: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${message}: ${JSON.stringify(details)}\n`);
}
