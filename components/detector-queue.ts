import type * as pulumi from "@pulumi/pulumi";
import { functionQueue, type FunctionQueue } from "./function-queue";

/** The detect function's time for a batch: some log files of up to 50 MB each, and the SDK's own retries. */
export const DETECT_TIMEOUT_SECONDS = 120;

const RECEIVES_BEFORE_DEAD_LETTER = 5;

/** Makes a queue of the detect function, and the one for what it could not deal with. */
export function detectorQueue(
  name: string,
  keyArn: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): FunctionQueue {
  return functionQueue(
    name,
    { keyArn, timeoutSeconds: DETECT_TIMEOUT_SECONDS, receives: RECEIVES_BEFORE_DEAD_LETTER },
    opts,
  );
}
