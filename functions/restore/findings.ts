import { isPassing } from "./failures";
import { bucketPolicy, publicAccessBlock } from "./archive-parts";
import type { DesiredState } from "./desired";
import type { CallStack } from "./operations";
import type { StackPart } from "./stack-part";
import { eventSelectors, insightSelectors, logging, settings } from "./trail-parts";

/** What was seen of a part. */
export type Finding =
  | { readonly part: StackPart; readonly outcome: "as-deployed" }
  | Changed
  /** The trail or the bucket does not exist. */
  | { readonly part: StackPart; readonly outcome: "gone" }
  /** It could not be seen, for a reason that passes. */
  | { readonly part: StackPart; readonly outcome: "unseen"; readonly error: unknown };

export interface Changed {
  readonly part: StackPart;
  readonly outcome: "changed";
  /** Missing where AWS refuses to show it, as it does not while all is as deployed. */
  readonly found?: unknown;
}

/**
 * What is put back, in this order: the trail records again before all else; what CloudTrail asks of the archive is there
 * before the trail's settings, which it refuses otherwise.
 */
export function stackParts({ trail, archive }: DesiredState): readonly StackPart[] {
  return [
    logging(trail),
    ...(archive ? [publicAccessBlock(archive), bucketPolicy(archive)] : []),
    settings(trail),
    eventSelectors(trail),
    ...(trail.insightTypes.length > 0 ? [insightSelectors(trail)] : []),
  ];
}

/** Looks at every part; one that cannot be seen does not keep the others from it. */
export async function lookAt(parts: readonly StackPart[], call: CallStack): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const part of parts) findings.push(await finding(part, call));
  return findings;
}

async function finding(part: StackPart, call: CallStack): Promise<Finding> {
  try {
    const found = await part.read(call);
    if (found === undefined) return { part, outcome: "gone" };
    return part.isAsDeployed(found) ? { part, outcome: "as-deployed" } : { part, outcome: "changed", found };
  } catch (error) {
    return isPassing(error) ? { part, outcome: "unseen", error } : { part, outcome: "changed" };
  }
}
