import { type AnalyzedResource, UNKNOWN_VALUE } from "./analyzer";

/** A property that is an output of another resource: known after the update, unknown in preview. */
export interface OutputOf {
  readonly source: AnalyzedResource;
  readonly value: string;
}

/** Makes resources of one stack as the engine describes them. */
export class StackBuilder {
  readonly resources: AnalyzedResource[];

  /** @param preview Whether outputs of other resources are still unknown. */
  constructor(
    private readonly preview = false,
    private readonly stack = "shop/prod",
  ) {
    this.resources = [];
    this.add("pulumi:pulumi:Stack", this.stack.replace("/", "-"), {});
  }

  /**
   * Adds a resource.
   * @param outputs Properties that come from other resources.
   */
  add(
    type: string,
    name: string,
    props: Readonly<Record<string, unknown>>,
    outputs: Readonly<Record<string, OutputOf>> = {},
  ): AnalyzedResource {
    const [project = "", stack = ""] = this.stack.split("/");
    const values = Object.entries(outputs).map(
      ([property, output]) => [property, this.preview ? UNKNOWN_VALUE.string : output.value] as const,
    );
    const resource: AnalyzedResource = {
      type,
      name,
      urn: `urn:pulumi:${stack}::${project}::${type}::${name}`,
      props: { ...props, ...Object.fromEntries(values) },
      propertyDependencies: {
        ...Object.fromEntries(Object.keys(props).map((property) => [property, []])),
        ...Object.fromEntries(
          Object.entries(outputs).map(([property, output]) => [property, [output.source.urn]]),
        ),
      },
    };
    this.resources.push(resource);
    return resource;
  }
}
