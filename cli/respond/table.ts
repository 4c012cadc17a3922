import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CLIENT_SETTINGS } from "../../functions/respond/aws-calls";
import { DynamoResponseStore } from "../../functions/respond/dynamo-store";
import type { ResponseRecord } from "../../responses/record";
import { CommandError } from "../command-error";

/** The table of responses, reached with the credentials of whoever runs the command. */
export interface ResponseTable {
  readonly name: string;
  /** @default what the AWS configuration of whoever runs the command says */
  readonly region?: string;
  readonly client: DynamoDBClient;
  readonly store: DynamoResponseStore;
}

export function openTable(name: string, region: string | undefined): ResponseTable {
  const client = new DynamoDBClient({ ...CLIENT_SETTINGS, region });
  return { name, region, client, store: new DynamoResponseStore(client, name) };
}

const ID_LENGTH = 32;

/** Ids that an error lists. */
const MAX_LISTED = 5;

/**
 * The response of an id, or of its beginning.
 *
 * @throws CommandError when there is none, or more than one
 */
export async function findResponse({ store, name }: ResponseTable, id: string): Promise<ResponseRecord> {
  const found = await store.findByPrefix(id, id.length === ID_LENGTH ? 1 : MAX_LISTED);
  const [record] = found;
  if (!record)
    throw new CommandError(
      `table ${name} has no response ${id}; \`trailkeeper respond list\` shows which there are`,
    );
  if (found.length > 1)
    throw new CommandError(
      `${id} is the beginning of several responses; say more of it: ${found.map((one) => one.id).join(", ")}`,
    );
  return record;
}
