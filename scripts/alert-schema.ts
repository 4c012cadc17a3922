// Writes docs/alert.schema.json from the alert contract: node --import tsx scripts/alert-schema.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import * as z from "zod";
import { alertSchema } from "../detections/alert";

export const ALERT_SCHEMA_FILE = join(__dirname, "..", "docs", "alert.schema.json");

/** The JSON schema of the alert contract, as the file holds it. */
export function alertSchemaText(): Promise<string> {
  return jsonSchemaText(alertSchema, ALERT_SCHEMA_FILE);
}

/** The JSON schema of a contract, as its file holds it. */
export async function jsonSchemaText(contract: z.ZodType, file: string): Promise<string> {
  // "input" leaves unknown keys allowed: readers of a contract must accept keys that are added later.
  const schema = z.toJSONSchema(contract, { target: "draft-2020-12", io: "input" });
  return format(JSON.stringify(schema, undefined, 2), { ...(await resolveConfig(file)), parser: "json" });
}

if (require.main === module) {
  void alertSchemaText().then((text) => {
    writeFileSync(ALERT_SCHEMA_FILE, text);
  });
}
