import { randomBytes } from "node:crypto";
import { valueAt } from "./event-fields";
import { type Call, type CallAws, type OperationName, type Output, RANDOM_PASSWORD } from "./operations";

/** Outputs of the calls of a list that have names, by name. */
export type Outputs = Map<string, unknown>;

const OUTPUT = /^\$\{([A-Za-z]\w*)\.([A-Za-z]\w*)\}$/;

/** Whether a text stands for an output of an earlier call. */
export function isOutput(text: string): boolean {
  return OUTPUT.test(text);
}

/**
 * Makes a call, with what its placeholders stand for (see {@link Call}), and remembers its output if it has a name.
 *
 * @throws Error when a placeholder stands for nothing; what the call throws, with no password in its message
 */
export async function makeCall(callAws: CallAws, call: Call, outputs: Outputs): Promise<void> {
  const password = randomPassword();
  const input = resolved(call.input, outputs, password) as typeof call.input;
  // The union of calls is one of operations with their own inputs, which TypeScript cannot follow through a function.
  const send = callAws as (operation: OperationName, input: unknown) => Promise<Output<OperationName>>;
  const output = await send(call.operation, input).catch((error: unknown) => {
    if (error instanceof Error) error.message = error.message.replaceAll(password, "[hidden]");
    throw error;
  });
  if (call.as !== undefined) outputs.set(call.as, output);
}

function resolved(value: unknown, outputs: Outputs, password: string): unknown {
  if (typeof value === "string") return value === RANDOM_PASSWORD ? password : resolvedText(value, outputs);
  if (Array.isArray(value)) return value.map((item) => resolved(item, outputs, password));
  if (value instanceof Date || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item, outputs, password)]),
  );
}

function resolvedText(text: string, outputs: Outputs): unknown {
  const [, name, key] = OUTPUT.exec(text) ?? [];
  if (name === undefined || key === undefined) return text;
  const output = valueAt(outputs.get(name), key);
  if (output === undefined) throw new Error(`${text} stands for nothing: no earlier call has answered so`);
  return output;
}

/** Of all four classes of characters that a password policy can ask for, and of the longest length that IAM takes. */
function randomPassword(): string {
  return `${randomBytes(90).toString("base64url")}aA1!`;
}
