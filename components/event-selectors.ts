import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Data events to record: one CloudTrail resource type with optional ARN prefixes. */
export interface DataEventSelection {
  /** CloudTrail `resources.type`, for example `AWS::S3::Object`. */
  readonly resourceType: string;
  /** Record only resources whose ARN starts with one of these; all when empty. */
  readonly arnPrefixes: readonly string[];
  readonly readWrite: "all" | "read" | "write";
}

/**
 * ARNs of what the audit pipeline itself is made of. Recording its data events would feed the pipeline with its own
 * work: each log file delivered would make an event, which makes a log file.
 */
export interface OwnResources {
  readonly buckets?: readonly pulumi.Input<string>[];
  readonly functions?: readonly pulumi.Input<string>[];
  readonly tables?: readonly pulumi.Input<string>[];
  readonly topics?: readonly pulumi.Input<string>[];
  readonly queues?: readonly pulumi.Input<string>[];
}

/** What a trail records, beside all management events. */
export interface EventSelectorArgs {
  readonly dataEvents: readonly DataEventSelection[];
  /** Event sources, for example `s3.amazonaws.com`, whose network activity (calls through VPC endpoints) is recorded. */
  readonly networkActivityEventSources: readonly string[];
  readonly ownResources: OwnResources;
}

type EventSelector = aws.types.input.cloudtrail.TrailAdvancedEventSelector;
type FieldSelector = aws.types.input.cloudtrail.TrailAdvancedEventSelectorFieldSelector;

/** Values that all conditions of all advanced event selectors of a trail may hold together (CloudTrail User Guide, "Quotas"). */
export const MAX_SELECTOR_VALUES = 500;

/**
 * How the ARN in an event relates to the ARN of the resource that the event belongs to: equal to it, or longer, with
 * a separator between (an object of a bucket, a version or alias of a function, an index or stream of a table).
 */
interface EventArn {
  readonly owner: keyof OwnResources;
  readonly equalsOwner: boolean;
  readonly separator?: "/" | ":";
}

const eventArns: Readonly<Record<string, EventArn>> = {
  "AWS::S3::Object": { owner: "buckets", equalsOwner: false, separator: "/" },
  "AWS::Lambda::Function": { owner: "functions", equalsOwner: true, separator: ":" },
  "AWS::DynamoDB::Table": { owner: "tables", equalsOwner: true, separator: "/" },
  "AWS::DynamoDB::Stream": { owner: "tables", equalsOwner: false, separator: "/" },
  "AWS::SNS::Topic": { owner: "topics", equalsOwner: true },
  "AWS::SQS::Queue": { owner: "queues", equalsOwner: true },
};

/**
 * Advanced event selectors for a trail: all management events, the data events and network activity asked for, and
 * never a data event on one of the pipeline's own resources. CloudTrail joins the conditions on one field as "one of
 * the including ones, none of the excluding ones" (CloudTrail User Guide, "How CloudTrail evaluates multiple
 * conditions for a field").
 *
 * @throws Error when the selectors hold more values than a trail takes.
 */
export function advancedEventSelectors(args: EventSelectorArgs): EventSelector[] {
  const selectors = [
    managementEventSelector(),
    ...args.dataEvents.map((selection) => dataEventSelector(selection, args.ownResources)),
    ...args.networkActivityEventSources.map(networkActivitySelector),
  ];
  const values = selectors.reduce((sum, { valueCount }) => sum + valueCount, 0);
  if (values > MAX_SELECTOR_VALUES)
    throw new Error(
      `The trail's event selectors hold ${values} values and CloudTrail takes ${MAX_SELECTOR_VALUES}: shorten ` +
        `arnPrefixes in trailkeeper:dataEvents (each data event type also spends values on leaving out the ` +
        `pipeline's own resources).`,
    );
  return selectors.map(({ selector }) => selector);
}

/** A selector and how many of the trail's values it spends at most. */
interface CountedSelector {
  readonly selector: EventSelector;
  readonly valueCount: number;
}

function managementEventSelector(): CountedSelector {
  return {
    selector: {
      name: "Management events",
      fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
    },
    valueCount: 1,
  };
}

function networkActivitySelector(eventSource: string): CountedSelector {
  return {
    selector: {
      name: `Network activity: ${eventSource}`,
      fieldSelectors: [
        { field: "eventCategory", equals: ["NetworkActivity"] },
        { field: "eventSource", equals: [eventSource] },
      ],
    },
    valueCount: 2,
  };
}

function dataEventSelector(selection: DataEventSelection, ownResources: OwnResources): CountedSelector {
  const { resourceType, arnPrefixes, readWrite } = selection;
  const fieldSelectors: FieldSelector[] = [
    { field: "eventCategory", equals: ["Data"] },
    { field: "resources.type", equals: [resourceType] },
  ];
  if (readWrite !== "all")
    fieldSelectors.push({ field: "readOnly", equals: [readWrite === "read" ? "true" : "false"] });

  const eventArn = eventArns[resourceType];
  const own = (eventArn && ownResources[eventArn.owner]) ?? [];
  if (arnPrefixes.length > 0 || own.length > 0)
    fieldSelectors.push({
      field: "resources.ARN",
      ...(arnPrefixes.length > 0 ? { startsWiths: [...arnPrefixes] } : {}),
      ...(eventArn && own.length > 0 ? leaveOut(own, eventArn) : {}),
    });

  const valuesPerOwnArn = eventArn
    ? Number(eventArn.equalsOwner) + Number(eventArn.separator !== undefined)
    : 0;
  return {
    selector: { name: `Data events: ${resourceType}`, fieldSelectors },
    valueCount: 2 + Number(readWrite !== "all") + arnPrefixes.length + own.length * valuesPerOwnArn,
  };
}

/** The excluding conditions that keep events on the given resources, and on nothing else, out. */
function leaveOut(
  arns: readonly pulumi.Input<string>[],
  { equalsOwner, separator }: EventArn,
): Pick<FieldSelector, "notEquals" | "notStartsWiths"> {
  const distinct = pulumi.all([...arns]).apply((known) => [...new Set(known)]);
  return {
    ...(equalsOwner ? { notEquals: distinct } : {}),
    ...(separator !== undefined
      ? { notStartsWiths: distinct.apply((known) => known.map((arn) => `${arn}${separator}`)) }
      : {}),
  };
}
