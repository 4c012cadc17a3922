/**
 * The outcome of a call, or undefined when AWS says that there is no such thing.
 *
 * @param codes error codes that say so (`name` of the SDK's error), for example `NoSuchEntityException`
 */
export async function absentAsUndefined<Result>(
  outcome: Promise<Result>,
  ...codes: readonly string[]
): Promise<Result | undefined> {
  try {
    return await outcome;
  } catch (error) {
    if (error instanceof Error && codes.includes(error.name)) return undefined;
    throw error;
  }
}
