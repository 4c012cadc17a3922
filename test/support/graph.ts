import type * as pulumi from "@pulumi/pulumi";
import { runtime } from "@pulumi/pulumi";
import * as pulumiSettings from "@pulumi/pulumi/runtime/settings";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as pulumiState from "@pulumi/pulumi/runtime/state";
import { cloudMocks } from "./mock-cloud";

/** One resource registration as the engine would receive it. Secrets in `inputs` are unwrapped. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parentUrn: string;
  readonly custom: boolean;
  readonly inputs: Record<string, unknown>;
  /** Names of the inputs that hold a secret anywhere inside. */
  readonly secretInputs: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** URNs named by `dependsOn` or reached through inputs. */
  readonly dependsOn: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly ignoreChanges: readonly string[];
  /** URNs of aliases given by URN, and names of aliases given by specification. */
  readonly aliases: readonly string[];
  readonly importId: string;
  readonly deleteBeforeReplace: boolean;
  /** What the mock cloud answered: inputs plus computed outputs; for a component, what it registered. */
  readonly outputs: Record<string, unknown>;
  /** Whether a component called `registerOutputs`. */
  readonly outputsRegistered: boolean;
}

export interface LogLine {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
}

export interface GraphOptions {
  /** @default "trailkeeper" */
  readonly project?: string;
  /** @default "test" */
  readonly stack?: string;
  /** Everything a provider computes is unknown. @default false */
  readonly preview?: boolean;
  /** Stack configuration, full keys (`trailkeeper:lockDays`), values as the engine passes them. */
  readonly config?: Readonly<Record<string, string>>;
  /** Configuration keys that are secret. */
  readonly secrets?: readonly string[];
  /** @default "111122223333" */
  readonly accountId?: string;
  /** @default "eu-west-1" */
  readonly region?: string;
  /** @default "aws" */
  readonly partition?: string;
  /** @default session of `role/Admin` in the account */
  readonly callerArn?: string;
}

/** Every resource that a program registered, and what it logged. */
export class Graph {
  constructor(
    readonly resources: readonly RecordedResource[],
    readonly logs: readonly LogLine[],
    readonly outputs: unknown,
  ) {}

  all(type: string): RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of a type, optionally with a text in its name; fails when there is none or several. */
  only(type: string, nameFragment = ""): RecordedResource {
    const found = this.all(type).filter((resource) => resource.name.includes(nameFragment));
    if (found.length === 1 && found[0]) return found[0];
    throw new Error(
      `expected one ${type} named *${nameFragment}*, found [${found.map(({ name }) => name).join(", ")}]`,
    );
  }

  byUrn(urn: string): RecordedResource | undefined {
    return this.resources.find((resource) => resource.urn === urn);
  }

  warnings(): string[] {
    return this.logs.filter(({ severity }) => severity === "warning").map(({ message }) => message);
  }
}

/** The parts of the SDK's per-deployment store that a recording sets; the SDK strips them from its declarations. */
interface DeploymentStore {
  settings: { monitor: unknown; engine: unknown; options: Record<string, unknown> };
  [feature: `supports${string}`]: boolean;
}
const { LocalStore } = pulumiState as unknown as { LocalStore: new () => DeploymentStore };
const { setMockOptions, waitForRPCs } = pulumiSettings as unknown as {
  setMockOptions: (
    monitor: MockMonitor,
    project: string,
    stack: string,
    preview?: boolean,
    org?: string,
  ) => void;
  waitForRPCs: () => Promise<void>;
};

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * Runs a program in a deployment of its own, against mocks, and records what it registers: the whole story the
 * engine gets, including the options that Pulumi's mocks hide. Refuses duplicate URNs as the engine does, and
 * reports any error of the program by rejecting. Recordings do not share state and may follow one another.
 */
export async function recordGraph(program: () => unknown, options: GraphOptions = {}): Promise<Graph> {
  const project = options.project ?? "trailkeeper";
  const stack = options.stack ?? "test";
  const accountId = options.accountId ?? "111122223333";
  const partition = options.partition ?? "aws";
  const monitor = new RecordingMonitor(
    { project, stack },
    cloudMocks({
      accountId,
      partition,
      region: options.region ?? "eu-west-1",
      preview: options.preview ?? false,
      callerArn: options.callerArn ?? `arn:${partition}:sts::${accountId}:assumed-role/Admin/someone`,
    }),
  );
  const logs: LogLine[] = [];

  return asyncLocalStorage.run(new LocalStore(), async () => {
    await runtime.setMocks(cloudMocks({} as never), project, stack, options.preview, "organization");
    setMockOptions(monitor, project, stack, options.preview, "organization");
    const store = asyncLocalStorage.getStore() as unknown as DeploymentStore;
    store.settings.engine = recordingEngine(logs);
    runtime.setAllConfig({ ...options.config }, [...(options.secrets ?? [])]);
    const outputs: unknown = await runtime.runInPulumiStack(
      async () => (await program()) as pulumi.Inputs | undefined,
    );
    await waitForRPCs();
    const [error] = monitor.errors;
    if (error) throw error;
    return new Graph(monitor.recorded, logs, outputs);
  });
}

class RecordingMonitor extends MockMonitor {
  readonly recorded: (RecordedResource & { outputsRegistered: boolean })[] = [];
  readonly errors: Error[] = [];

  constructor(
    private readonly deployment: { readonly project: string; readonly stack: string },
    mocks: pulumi.runtime.Mocks,
  ) {
    super(mocks);
    // The SDK's own URNs keep the type of the nearest parent only; the engine's join the types of all of them.
    Object.assign(this, { newUrn: this.engineUrn.bind(this) });
  }

  private engineUrn(parent: string, type: string, name: string): string {
    const [, , parentTypes = ""] = parent.split("::");
    const types = parentTypes && parentTypes !== "pulumi:pulumi:Stack" ? `${parentTypes}$${type}` : type;
    return `urn:pulumi:${this.deployment.stack}::${this.deployment.project}::${types}::${name}`;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK declares its protobuf messages as any
  override async registerResource(request: any, callback: any): Promise<void> {
    const message = request as RegisterResourceRequest;
    const urn = this.engineUrn(message.getParent(), message.getType(), message.getName());
    if (this.recorded.some((resource) => resource.urn === urn)) {
      const error = new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
      this.errors.push(error);
      (callback as (error: Error) => void)(error);
      return;
    }
    const wire = message.getObject()?.toJavaScript() ?? {};
    const record = {
      type: message.getType(),
      name: message.getName(),
      urn,
      parentUrn: message.getParent(),
      custom: message.getCustom(),
      inputs: unwrapSecrets(wire) as Record<string, unknown>,
      secretInputs: Object.keys(wire).filter((key) => JSON.stringify(wire[key]).includes(SECRET_SIGNATURE)),
      protect: message.getProtect() ?? false,
      retainOnDelete: message.getRetainondelete() ?? false,
      dependsOn: message.getDependenciesList(),
      propertyDependencies: Object.fromEntries(
        message
          .getPropertydependenciesMap()
          .toArray()
          .map(([key]) => [key, message.getPropertydependenciesMap().get(key)?.getUrnsList() ?? []]),
      ),
      ignoreChanges: message.getIgnorechangesList(),
      aliases: message.getAliasesList().map((alias) => alias.getUrn() || (alias.getSpec()?.getName() ?? "")),
      importId: message.getImportid(),
      deleteBeforeReplace: message.getDeletebeforereplace(),
      outputs: {} as Record<string, unknown>,
      outputsRegistered: false,
    };
    this.recorded.push(record);
    await super.registerResource(
      request,
      (error: unknown, response: RegisterResourceResponse | undefined) => {
        if (error) this.errors.push(error as Error);
        if (response && record.custom)
          Object.assign(record.outputs, unwrapSecrets(response.getObject()?.toJavaScript() ?? {}));
        (callback as (error: unknown, response: unknown) => void)(error, response);
      },
    );
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK declares its protobuf messages as any
  override registerResourceOutputs(request: any, callback: any): void {
    const message = request as RegisterResourceOutputsRequest;
    const record = this.recorded.find(({ urn }) => urn === message.getUrn());
    if (record) {
      record.outputsRegistered = true;
      Object.assign(record.outputs, unwrapSecrets(message.getOutputs()?.toJavaScript() ?? {}));
    }
    super.registerResourceOutputs(request, callback as () => void);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK declares its protobuf messages as any
  override async invoke(request: any, callback: any): Promise<void> {
    await super.invoke(request, (error: unknown, response: unknown) => {
      if (error) this.errors.push(error as Error);
      (callback as (error: unknown, response: unknown) => void)(error, response);
    });
  }
}

/** An engine that only takes log lines. */
function recordingEngine(logs: LogLine[]) {
  const severities = ["debug", "info", "warning", "error"] as const;
  return {
    log(
      request: { getSeverity(): number; getMessage(): string },
      callback: (error: null, response: object) => void,
    ) {
      const severity = severities[request.getSeverity()] ?? "info";
      // The SDK's own account of every call.
      if (severity !== "debug") logs.push({ severity, message: request.getMessage() });
      callback(null, {});
    },
    setRootResource(_request: unknown, callback: (error: null, response: object) => void) {
      callback(null, {});
    },
    close() {},
  };
}

function unwrapSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapSecrets);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  if (SECRET_SIGNATURE in record && "value" in record) return unwrapSecrets(record.value);
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, unwrapSecrets(inner)]));
}

/** The protobuf accessors that a recording reads. */
interface RegisterResourceRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getProtect(): boolean | undefined;
  getRetainondelete(): boolean | undefined;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    toArray(): [string, unknown][];
    get(key: string): { getUrnsList(): string[] } | undefined;
  };
  getIgnorechangesList(): string[];
  getAliasesList(): { getUrn(): string; getSpec(): { getName(): string } | undefined }[];
  getImportid(): string;
  getDeletebeforereplace(): boolean;
}
interface RegisterResourceOutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}
interface RegisterResourceResponse {
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
}
