import { type PathStep, type Reading, readPath } from "./properties";

/**
 * The part of the policy SDK's resources that rules need. `PolicyResource` (stack policies) has all of it;
 * `ResourceValidationArgs` (resource policies) lacks the dependencies.
 */
export interface ResourceData {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: object;
  readonly propertyDependencies?: Readonly<Record<string, readonly ResourceData[]>>;
}

/** A resource as rules see it: safe to read whatever is still unknown. */
export class Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;

  constructor(private readonly data: ResourceData) {
    this.type = data.type;
    this.name = data.name;
    this.urn = data.urn;
  }

  /**
   * Reads a property. A property that is missing although other resources feed it counts as unknown: a nested unknown
   * can hide the whole object in preview (https://github.com/pulumi/pulumi/issues/7854).
   */
  read(property: string, ...path: readonly PathStep[]): Reading {
    const reading = readPath(this.data.props, [property, ...path]);
    const hidden = !(property in this.data.props) && this.sources(property).length > 0;
    return hidden ? { state: "unknown", path: property } : reading;
  }

  /**
   * Reads a property that the provider may also compute. In preview a computed property is unknown without anyone
   * having set it, so an unknown value counts only where the engine knows the property as an input.
   */
  readInput(property: string, ...path: readonly PathStep[]): Reading {
    const reading = this.read(property, ...path);
    if (reading.state !== "unknown") return reading;
    return this.data.propertyDependencies && !(property in this.data.propertyDependencies)
      ? { state: "absent" }
      : reading;
  }

  /** The resources whose outputs the property was made from. Known in preview too, but only to stack policies. */
  sources(property: string): readonly ResourceData[] {
    return this.data.propertyDependencies?.[property] ?? [];
  }
}
