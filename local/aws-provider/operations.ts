import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { EmulatorConnection } from "../connection";
import { checkInputs, type InputProblem } from "./check";
import { RegionalClients } from "./clients";
import { readConfiguration, type ProviderConfiguration } from "./configuration";
import { diffInputs, type InputDiff } from "./diff";
import { partitionOf } from "./partitions";
import { definitionOf } from "./registry";
import type { Operation, ResourceDefinition } from "./resource";
import {
  hasUnknown,
  keepSecret,
  redact,
  sameValue,
  secretStrings,
  UNKNOWN,
  unwrapSecrets,
  type WireProperties,
} from "./values";

/** A resource as the engine names it. */
export interface ResourceName {
  readonly type: string;
  readonly name: string;
}

/** The provider's work, free of the wire protocol: what each call of the engine means. */
export class AwsOperations {
  readonly #clients: RegionalClients;
  readonly #keptInState = new Set<string>();
  #configuration: ProviderConfiguration = { defaultTags: {} };
  #configured = false;
  #accountId: Promise<string> | undefined;

  constructor(
    private readonly connection: EmulatorConnection,
    private readonly log: (message: string) => void,
  ) {
    this.#clients = new RegionalClients(connection);
  }

  /** Types and `type.property`s that programs used and that live in the state only. */
  stateOnly(): string[] {
    return [...this.#keptInState].sort();
  }

  close(): void {
    this.#clients.close();
  }

  /**
   * Takes the provider's configuration. The engine attaches every `aws` provider of a program to this one and does not
   * say which of them a resource uses, so two that differ cannot be told apart.
   *
   * @throws Error when a second, different configuration arrives
   */
  configure(wire: WireProperties): void {
    const configuration = readConfiguration(wire);
    if (this.#configured && !sameValue(configuration, this.#configuration))
      throw new Error(
        "the local provider serves one configuration of the aws provider: give a resource of another region a `region` argument instead of a provider of its own",
      );
    this.#configuration = configuration;
    this.#configured = true;
  }

  check(
    resource: ResourceName,
    old: WireProperties | undefined,
    inputs: WireProperties,
    seed: Uint8Array,
  ): { readonly inputs: WireProperties; readonly problems: readonly InputProblem[] } {
    return checkInputs(definitionOf(resource.type, resource.name), {
      name: resource.name,
      old,
      inputs,
      seed,
      defaultTags: this.#configuration.defaultTags,
    });
  }

  diff(resource: ResourceName, old: WireProperties, inputs: WireProperties): InputDiff {
    return diffInputs(definitionOf(resource.type, resource.name), old, inputs);
  }

  async create(
    resource: ResourceName,
    inputs: WireProperties,
    preview: boolean,
  ): Promise<{ readonly id: string; readonly state: WireProperties }> {
    const definition = definitionOf(resource.type, resource.name);
    if (preview) {
      const computed = Object.fromEntries(definition.outputs.map((output) => [output, UNKNOWN]));
      return { id: "", state: { ...inputs, ...this.#commonOutputs(definition, inputs), ...computed } };
    }
    return this.#run("create", resource, inputs, async (operation, secrets) => {
      const { id, outputs = {} } = await definition.create(operation);
      this.#listStateOnly(definition, inputs);
      return {
        id,
        state: {
          ...inputs,
          ...keepSecret({ ...outputs }, secrets),
          ...this.#commonOutputs(definition, inputs),
        },
      };
    });
  }

  async update(
    resource: ResourceName,
    id: string,
    state: WireProperties,
    old: WireProperties,
    inputs: WireProperties,
    preview: boolean,
  ): Promise<WireProperties> {
    const definition = definitionOf(resource.type, resource.name);
    const kept = Object.fromEntries(
      definition.outputs
        .filter((output) => state[output] !== undefined)
        .map((output) => [output, state[output]]),
    );
    if (preview) return { ...inputs, ...kept, ...this.#commonOutputs(definition, inputs) };
    return this.#run("update", resource, inputs, async (operation, secrets) => {
      const outputs = await definition.update?.({
        ...operation,
        id,
        state: unwrapSecrets(state) as WireProperties,
        old: unwrapSecrets(old) as WireProperties,
        changed: (...properties) =>
          properties.some((property) => !sameValue(old[property], inputs[property])),
      });
      this.#listStateOnly(definition, inputs);
      return {
        ...inputs,
        ...kept,
        ...keepSecret({ ...outputs }, secrets),
        ...this.#commonOutputs(definition, inputs),
      };
    });
  }

  async delete(
    resource: ResourceName,
    id: string,
    state: WireProperties,
    old: WireProperties,
  ): Promise<void> {
    const definition = definitionOf(resource.type, resource.name);
    await this.#run("delete", resource, old, (operation) =>
      definition.delete({ ...operation, id, state: unwrapSecrets(state) as WireProperties }),
    );
  }

  /**
   * What a refresh finds: the state as it is, or `undefined` when the resource is gone.
   *
   * @throws Error for a resource without state, which is an import or a lookup
   */
  async read(
    resource: ResourceName,
    id: string,
    state: WireProperties,
    inputs: WireProperties,
  ): Promise<WireProperties | undefined> {
    const definition = definitionOf(resource.type, resource.name);
    if (Object.keys(state).length === 0)
      throw new Error(
        `the local provider cannot import or look up ${resource.type} "${resource.name}" (id ${id}): the emulator starts empty`,
      );
    if (!definition.exists) return state;
    return this.#run("read", resource, inputs, async (operation) =>
      (await definition.exists?.({ ...operation, id, state: unwrapSecrets(state) as WireProperties }))
        ? state
        : undefined,
    );
  }

  /** Clients and place of the provider's own region, for calls that belong to no resource. */
  async place(): Promise<Pick<Operation<unknown>, "aws" | "location">> {
    return this.#place(undefined);
  }

  async #place(resourceRegion: unknown): Promise<Pick<Operation<unknown>, "aws" | "location">> {
    const region = typeof resourceRegion === "string" ? resourceRegion : this.#region();
    const aws = this.#clients.in(region);
    this.#accountId ??= aws.sts.send(new GetCallerIdentityCommand({})).then(({ Account = "" }) => Account);
    return { aws, location: { accountId: await this.#accountId, partition: partitionOf(region), region } };
  }

  #region(): string {
    return this.#configuration.region ?? this.connection.region;
  }

  /** Outputs that every type of the real provider has: where it lives, and all its tags. */
  #commonOutputs(definition: ResourceDefinition, inputs: WireProperties): WireProperties {
    const { optional = [] } = definition;
    return {
      ...(definition.optional?.includes("region") ? { region: inputs.region ?? this.#region() } : {}),
      ...(optional.includes("tags") ? { tagsAll: inputs.tags ?? {} } : {}),
    };
  }

  #listStateOnly(definition: ResourceDefinition, inputs: WireProperties): void {
    if (definition.livesInState) this.#keepInState(definition.type);
    for (const property of definition.stateOnly ?? [])
      if (isSet(unwrapSecrets(inputs[property]))) this.#keepInState(`${definition.type}.${property}`);
  }

  #keepInState(what: string): void {
    if (this.#keptInState.has(what)) return;
    this.#keptInState.add(what);
    this.log(`kept in the state only: ${what}`);
  }

  /** Runs one operation on the emulator; an error says which resource it struck and shows no secret. */
  async #run<Result>(
    verb: string,
    resource: ResourceName,
    inputs: WireProperties,
    work: (operation: Operation<Record<string, unknown>>, secrets: readonly string[]) => Promise<Result>,
  ): Promise<Result> {
    const secrets = secretStrings(inputs);
    if (hasUnknown(inputs)) throw new Error(`cannot ${verb} ${describe(resource)} with an unknown input`);
    const plain = unwrapSecrets(inputs) as WireProperties;
    try {
      const operation = {
        ...(await this.#place(plain.region)),
        resourceName: resource.name,
        inputs: plain,
        keepInState: (property: string) => this.#keepInState(`${resource.type}.${property}`),
      };
      return await work(operation, secrets);
    } catch (error) {
      throw failure(verb, resource, error, secrets);
    }
  }
}

/** The cause stays out: its stack and metadata may repeat the inputs. */
function failure(verb: string, resource: ResourceName, error: unknown, secrets: readonly string[]): Error {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new Error(`cannot ${verb} ${describe(resource)}: ${redact(reason, secrets)}`);
}

function describe({ type, name }: ResourceName): string {
  return `${type} "${name}"`;
}

/** A flag that is off and an empty list ask the emulator for nothing. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
