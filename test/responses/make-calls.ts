import assert from "node:assert/strict";
import type { Call, CallAws } from "../../responses/operations";
import { RANDOM_PASSWORD } from "../../responses/operations";
import type { MadeCall } from "./fake-aws";

/** Makes calls one after the other, as the responder does, with what stands for earlier outputs filled in. */
export async function makeCalls(calls: readonly Call[], aws: CallAws): Promise<readonly MadeCall[]> {
  const outputs = new Map<string, unknown>();
  const made: MadeCall[] = [];
  for (const { operation, input, as } of calls) {
    const call = { operation, input: filledIn(input, outputs) };
    const output = await (aws as (operation: string, input: unknown) => Promise<unknown>)(
      operation,
      call.input,
    );
    if (as !== undefined) outputs.set(as, output);
    made.push(call);
  }
  return made;
}

function filledIn(value: unknown, outputs: ReadonlyMap<string, unknown>): unknown {
  if (typeof value === "string") return textFilledIn(value, outputs);
  if (Array.isArray(value)) return value.map((item) => filledIn(item, outputs));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledIn(item, outputs)]));
}

function textFilledIn(text: string, outputs: ReadonlyMap<string, unknown>): unknown {
  if (text === RANDOM_PASSWORD) return "A-made-up-pass-word-1";
  const [, name, key] = /^\$\{([^.:{}]+)\.([^.:{}]+)\}$/.exec(text) ?? [];
  if (name === undefined || key === undefined) return text;
  const output = outputs.get(name) as Readonly<Record<string, unknown>> | undefined;
  assert.ok(output && Object.hasOwn(output, key), `${text} stands for the output of an earlier call`);
  return output[key];
}
