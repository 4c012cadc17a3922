/** The respond function's time for one alert: a few seconds for each target, most of them spent looking whether it held. */
export const RESPOND_TIMEOUT_SECONDS = 60;

/** How often a message is received before it is given up: half an hour of trying, at six time-outs' distance. */
export const RESPOND_RECEIVES = 6;

/**
 * Time that one response may take, with a call that hangs. With less left, the rest of an alert waits for the next
 * attempt, which is better than to be stopped in the middle.
 */
export const RESPONSE_LIMIT_MS = 25_000;
