/** A trail that the account and Region see, as far as it matters here. */
export interface SeenTrail {
  readonly arn: string;
  readonly isOrganizationTrail: boolean;
  /** Whether its event selectors take management events; or why that could not be read. */
  readonly managementEvents: boolean | { readonly unreadable: string };
}

/** The two kinds of event selectors of a trail, as CloudTrail's GetEventSelectors answers them. */
export interface SelectorsInUse {
  readonly EventSelectors?: readonly { readonly IncludeManagementEvents?: boolean }[];
  readonly AdvancedEventSelectors?: readonly {
    readonly FieldSelectors?: readonly { readonly Field?: string; readonly Equals?: readonly string[] }[];
  }[];
}

/**
 * Whether a trail with these selectors records management events. A basic selector does unless it says otherwise,
 * and so does a trail without any selector (CloudTrail API reference, PutEventSelectors).
 */
export function recordsManagementEvents({ EventSelectors, AdvancedEventSelectors }: SelectorsInUse): boolean {
  if (AdvancedEventSelectors?.length)
    return AdvancedEventSelectors.some(({ FieldSelectors = [] }) =>
      FieldSelectors.some(
        ({ Field, Equals = [] }) => Field === "eventCategory" && Equals.includes("Management"),
      ),
    );
  if (EventSelectors?.length)
    return EventSelectors.some(({ IncludeManagementEvents }) => IncludeManagementEvents !== false);
  return true;
}

/**
 * What to tell about trails beside the stack's own: CloudTrail delivers the first copy of management events free of
 * charge and bills every further one (https://aws.amazon.com/cloudtrail/pricing/). `undefined` when there is nothing
 * to tell.
 */
export function otherTrailsWarning(ownTrailArn: string, trails: readonly SeenTrail[]): string | undefined {
  const others = trails.filter(
    ({ arn, managementEvents }) => arn !== ownTrailArn && managementEvents !== false,
  );
  if (others.length === 0) return undefined;
  const list = others.map(({ arn, isOrganizationTrail, managementEvents }) => {
    const kind = isOrganizationTrail ? ", an organization trail" : "";
    const doubt =
      typeof managementEvents === "object" ? `, as far as can be seen: ${managementEvents.unreadable}` : "";
    return `${arn}${kind}${doubt}`;
  });
  return (
    `Management events are recorded already, by ${list.join("; ")}. CloudTrail bills every copy after the first: ` +
    `take the trail over with trailkeeper:adopt, or delete it once this stack's own trail delivers.`
  );
}

/** What to tell when the question for other trails could not be answered. */
export function unansweredWarning(reason: string): string {
  return (
    `Could not check whether another trail already records management events, of which a second copy is billed: ` +
    `${reason}. Look for yourself with "aws cloudtrail describe-trails"; the deployment goes on.`
  );
}
