/** Reports what a running step is doing right now, in a few words; the newest line replaces the one before. */
export type Tell = (message: string) => void;

/**
 * Runs one named step of a local run: shows its progress, times it, records whether it succeeded, and passes its
 * result or its error on.
 */
export type StepRunner = <T>(name: string, work: (tell: Tell) => Promise<T>) => Promise<T>;
