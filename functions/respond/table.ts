/**
 * The table of responses, as its component makes it and dynamo-store.ts uses it; both keys are strings. Kinds of items,
 * by partition key: `response` (kept for good), `lock` and `circuit` (with a time to live, but for open circuits),
 * `settings`.
 *
 * All responses are under one partition key, by id, so that they can be found by the beginning of their id. DynamoDB
 * splits what grows under one key by the other, and the function's concurrency bounds how fast it is written.
 */
export const RESPONSE_TABLE_KEYS = { partition: "pk", sort: "sk" } as const;

/** Attribute with the time to live, seconds since 1970. */
export const RESPONSE_TTL_ATTRIBUTE = "expiresAt";

/**
 * Global secondary index that lists responses by creation. Both keys are strings, the projection is `ALL`. Items without
 * the sort key, which is everything but responses that have a record, are not in it.
 */
export const BY_TIME_INDEX = { name: "byTime", partition: "pk", sort: "createdTime" } as const;
