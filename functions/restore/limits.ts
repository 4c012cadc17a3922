/** The restore function's time for one alert: a dozen calls, the SDK's retries, and a few looks at what came of it. */
export const RESTORE_TIMEOUT_SECONDS = 30;

/** How often a message is received before it is given up: half an hour of trying, at six time-outs' distance. */
export const RESTORE_RECEIVES = 10;
