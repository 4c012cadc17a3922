// Writes docs/response.schema.json from the contract of outcomes: node --import tsx scripts/response-schema.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { outcomeSchema } from "../functions/notify/outcome-schema";
import { jsonSchemaText } from "./alert-schema";

export const RESPONSE_SCHEMA_FILE = join(__dirname, "..", "docs", "response.schema.json");

/** The JSON schema of the contract of outcomes, as the file holds it. */
export function responseSchemaText(): Promise<string> {
  return jsonSchemaText(outcomeSchema, RESPONSE_SCHEMA_FILE);
}

if (require.main === module) {
  void responseSchemaText().then((text) => {
    writeFileSync(RESPONSE_SCHEMA_FILE, text);
  });
}
