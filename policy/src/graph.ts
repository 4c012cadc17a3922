import { Resource, type ResourceData } from "./resource";
import { BUCKET } from "./tokens";

/** The bucket that a property names. */
export type BucketJoin =
  | { readonly kind: "bucket"; readonly bucket: Resource }
  /** A bucket that this stack does not own. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "undecided" };

/** The satellites of one type that belong to a bucket, and whether others might. */
export interface Satellites {
  readonly attached: readonly Resource[];
  /** A satellite of this type exists whose bucket cannot be told yet. */
  readonly othersUndecided: boolean;
}

interface SatelliteIndex {
  readonly byBucket: ReadonlyMap<string, readonly Resource[]>;
  readonly undecided: boolean;
}

/** How far a join follows satellites of satellites: a bucket name may be taken from `bucketPolicy.bucket`. */
const MAX_HOPS = 3;

/** A stack's resources and how they hang together. Indexes are made on first use. */
export class StackGraph {
  private readonly byType = new Map<string, Resource[]>();
  private readonly byUrn = new Map<string, Resource>();
  private readonly bucketNames = new Map<string, Resource[]>();
  private readonly satelliteIndexes = new Map<string, SatelliteIndex>();

  constructor(resources: readonly ResourceData[]) {
    for (const data of resources) {
      const resource = new Resource(data);
      this.byUrn.set(data.urn, resource);
      const sameType = this.byType.get(data.type);
      if (sameType) sameType.push(resource);
      else this.byType.set(data.type, [resource]);
    }
  }

  ofType(types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Whether the property was made from an output of a resource of one of the types. */
  isMadeFrom(resource: Resource, property: string, types: readonly string[]): boolean {
    return resource.sources(property).some((source) => types.includes(source.type));
  }

  /**
   * Finds the bucket that `property` of `resource` names: by comparing the name or ARN where it is known, because one
   * bucket's name can be made from another's (`${main.bucket}-logs`); else by the resources that the property was made
   * from, which the engine knows even while the value is unknown.
   */
  bucketOf(resource: Resource, property: string, hops = MAX_HOPS): BucketJoin {
    const reading = resource.read(property);
    if (reading.state === "known" && typeof reading.value === "string") {
      const named = this.bucketsByName().get(bucketNameOf(reading.value)) ?? [];
      if (named[0] && named.length === 1) return { kind: "bucket", bucket: named[0] };
    }
    const candidates = this.sourceBuckets(resource, property, hops);
    const [first] = candidates;
    if (first && candidates.size === 1) return { kind: "bucket", bucket: first };
    return reading.state === "unknown" || candidates.size > 1 ? { kind: "undecided" } : { kind: "elsewhere" };
  }

  /** The satellites (resources with a `bucket` property) of the given types that belong to the bucket. */
  satellites(bucket: Resource, types: readonly string[]): Satellites {
    const index = this.satelliteIndex(types);
    return { attached: index.byBucket.get(bucket.urn) ?? [], othersUndecided: index.undecided };
  }

  /** Whether a resource of one of the types names the bucket in the property. */
  isNamedBy(bucket: Resource, types: readonly string[], property: string): boolean {
    return this.ofType(types).some((resource) => {
      const join = this.bucketOf(resource, property);
      return join.kind === "bucket" && join.bucket === bucket;
    });
  }

  private bucketsByName(): ReadonlyMap<string, readonly Resource[]> {
    if (this.bucketNames.size > 0) return this.bucketNames;
    for (const bucket of this.ofType(BUCKET)) {
      for (const name of new Set(namesOf(bucket))) {
        this.bucketNames.set(name, [...(this.bucketNames.get(name) ?? []), bucket]);
      }
    }
    return this.bucketNames;
  }

  private sourceBuckets(resource: Resource, property: string, hops: number): Set<Resource> {
    const sources = resource
      .sources(property)
      .map((source) => this.byUrn.get(source.urn))
      .filter((source) => source !== undefined && source !== resource) as Resource[];
    const direct = sources.filter((source) => BUCKET.includes(source.type));
    if (direct.length > 0 || hops === 0) return new Set(direct);
    const joined = sources
      .filter((source) => source.type.startsWith("aws:s3/"))
      .map((source) => this.bucketOf(source, "bucket", hops - 1));
    return new Set(joined.flatMap((join) => (join.kind === "bucket" ? [join.bucket] : [])));
  }

  private satelliteIndex(types: readonly string[]): SatelliteIndex {
    const key = types.join();
    const known = this.satelliteIndexes.get(key);
    if (known) return known;
    const byBucket = new Map<string, Resource[]>();
    let undecided = false;
    for (const satellite of this.ofType(types)) {
      const join = this.bucketOf(satellite, "bucket");
      if (join.kind === "undecided") undecided = true;
      if (join.kind !== "bucket") continue;
      byBucket.set(join.bucket.urn, [...(byBucket.get(join.bucket.urn) ?? []), satellite]);
    }
    const index = { byBucket, undecided };
    this.satelliteIndexes.set(key, index);
    return index;
  }
}

/** The bucket's physical name as the program or the provider gave it. */
export function bucketName(bucket: Resource): string | undefined {
  return namesOf(bucket)[0];
}

function namesOf(bucket: Resource): readonly string[] {
  return ["bucket", "id"].flatMap((property) => {
    const reading = bucket.read(property);
    return reading.state === "known" && typeof reading.value === "string" ? [reading.value] : [];
  });
}

/** A bucket's name from its name or its ARN (`arn:PARTITION:s3:::NAME`). */
function bucketNameOf(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:[^:]+:s3:::/, "");
}
