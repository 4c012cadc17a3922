/** A person asked for what the state of a response does not admit; the message says what to do. */
export class ResponseStateError extends Error {
  override readonly name = "ResponseStateError";
}

/** Another attempt is at the same response, or the same target; the order has to come again. */
export class ResponseBusyError extends Error {
  override readonly name = "ResponseBusyError";
}

/** A response could not be finished for a reason that passes; the order has to come again. */
export class UnfinishedResponseError extends Error {
  override readonly name = "UnfinishedResponseError";
}
