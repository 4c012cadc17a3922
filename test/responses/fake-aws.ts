import type { CallAws, Input, OperationName, Output } from "../../responses/operations";

/** An error as the SDK throws it: its name is AWS's error code. */
export class AwsError extends Error {
  readonly $metadata = {};

  constructor(code: string, message = code) {
    super(message);
    this.name = code;
  }
}

/** Implementations of operations on a made-up world; `$metadata` is left out. */
export type Handlers = {
  readonly [Operation in OperationName]?: (
    input: Input<Operation>,
  ) => Omit<Output<Operation>, "$metadata"> | undefined;
};

/** One call that was made. */
export interface MadeCall {
  readonly operation: OperationName;
  readonly input: unknown;
}

/** Serves operations from handlers, and remembers every call; an operation that has no handler fails the test. */
export function fakeAws(...handlers: readonly Handlers[]): {
  readonly call: CallAws;
  readonly calls: MadeCall[];
} {
  const calls: MadeCall[] = [];
  const all = Object.assign({}, ...handlers) as Readonly<Record<string, (input: unknown) => unknown>>;
  const call = async (operation: OperationName, input: unknown): Promise<unknown> => {
    await Promise.resolve();
    calls.push({ operation, input: structuredClone(input) });
    const handler = all[operation];
    if (!handler) throw new Error(`the made-up AWS has no ${operation}`);
    return { ...(handler(structuredClone(input)) as object | undefined), $metadata: {} };
  };
  return { call: call as CallAws, calls };
}
