import type * as pulumi from "@pulumi/pulumi";
import type { AwsClients } from "./clients";

/** A resource's arguments as the provider receives them: no Outputs, and resources given as ids. */
export type Plain<T> =
  T extends pulumi.OutputInstance<infer Value>
    ? Plain<Value>
    : T extends Promise<unknown>
      ? never
      : T extends pulumi.Resource
        ? string
        : T extends (infer Item)[]
          ? Plain<Item>[]
          : T extends object
            ? { readonly [Key in keyof T]: Plain<T[Key]> }
            : T;

/** Where a resource lives. */
export interface Location {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
}

/** One operation on one resource, with its inputs free of secret wrappers. */
export interface Operation<Args> {
  /** Pulumi's logical name. */
  readonly resourceName: string;
  readonly inputs: Plain<Args>;
  readonly aws: AwsClients;
  readonly location: Location;
  /** Lists an input that the emulator did not take and that therefore lives in the state only. */
  keepInState(this: void, property: keyof Args & string): void;
}

/** An operation on a resource that exists. */
export interface ExistingOperation<Args> extends Operation<Args> {
  readonly id: string;
  /** Everything the state holds: inputs and outputs. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** A change of a resource in place; `inputs` are the new ones. */
export interface UpdateOperation<Args> extends ExistingOperation<Args> {
  readonly old: Plain<Args>;
  /** Whether any of these inputs differs from the old ones. */
  changed(this: void, ...properties: (keyof Args & string)[]): boolean;
}

/** Outputs beyond the inputs, by the real provider's names. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * One resource type of the local provider. The five lists together name every input of the real resource class, so
 * that an input is either handled, kept in the state and listed, or refused: nothing is dropped in silence.
 * `region` and `tags` follow the lists like any other input.
 */
export interface ResourceDefinition<Args = Record<string, unknown>> {
  /** Pulumi type token. */
  readonly type: string;
  /** The emulator has nothing of the kind: the resource lives in the state alone, and its type is listed. */
  readonly livesInState?: true;
  readonly required?: readonly (keyof Args & string)[];
  readonly optional?: readonly (keyof Args & string)[];
  /** Inputs the emulator does not take: kept in the state, and listed when a program sets them. */
  readonly stateOnly?: readonly (keyof Args & string)[];
  /** Inputs of the real class that the local provider refuses. */
  readonly unsupported?: readonly (keyof Args & string)[];
  /** Which of the inputs replace the resource when they change. */
  readonly replaceOn: readonly (keyof Args & string)[];
  /** Outputs beyond the inputs; unknown in a preview of the creation. */
  readonly outputs: readonly string[];
  /** Values the real provider fills in for absent inputs. */
  readonly defaults?: Partial<Plain<Args>>;
  readonly autoName?: AutoName<Args>;

  create(operation: Operation<Args>): Promise<{ readonly id: string; readonly outputs?: Outputs }>;
  /** Returns outputs that changed. Absent where every input replaces. */
  update?(operation: UpdateOperation<Args>): Promise<Outputs | void>;
  delete(operation: ExistingOperation<Args>): Promise<void>;
  /** Whether the resource still exists; a refresh trusts the state where this is absent. */
  exists?(operation: ExistingOperation<Args>): Promise<boolean>;
}

/** How the provider names a resource whose program does not: logical name, hyphen, seven hexadecimal digits. */
export interface AutoName<Args> {
  readonly property: keyof Args & string;
  readonly prefix?: string;
  /** Appended after the random digits, for example `.fifo`. */
  suffix?(this: void, inputs: Plain<Args>): string;
  readonly lowerCase?: boolean;
  readonly maxLength: number;
}

/** Types a definition by the real resource's arguments, then forgets them, so that the registry is one plain list. */
export function defineResource<Args extends object>(
  definition: ResourceDefinition<Args>,
): ResourceDefinition {
  return definition as ResourceDefinition;
}

/** A part of a service's answer that the API model calls optional and that is always there. */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the service did not answer with ${what}`);
  return value;
}
