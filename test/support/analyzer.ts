import * as server from "@pulumi/policy/server";
import type {
  Policies,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy/policy";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** What the engine sends in place of a value that is unknown in preview, by type (`@pulumi/policy/proxy`). */
export const UNKNOWN_VALUE = {
  boolean: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  number: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  string: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  array: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  object: "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
} as const;

/** Wraps a value as the engine sends a secret (`specialSigKey` and `specialSecretSig` in `@pulumi/pulumi/runtime/rpc`). */
export function secret(value: unknown): Record<string, unknown> {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A resource as the engine tells a policy pack about it. */
export interface AnalyzedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** URNs of the resources that each property was made from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** One thing that a policy pack reported. */
export interface Diagnostic {
  readonly policy: string;
  readonly message: string;
  readonly level: "advisory" | "mandatory" | "disabled" | "remediate";
  readonly urn: string;
  readonly severity: proto.PolicySeverity;
}

/** What surrounds an analysis. */
export interface AnalyzerOptions {
  /** Policy configuration by policy name. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly stackTags?: Readonly<Record<string, string>>;
}

interface RpcCall<Request> {
  readonly request: Request;
}
type RpcFunction<Request> = (
  call: RpcCall<Request>,
  callback: (error: Error | undefined, response: proto.AnalyzeResponse | undefined) => void,
) => Promise<void>;
type RpcFactory<Request> = (
  packName: string,
  packVersion: string,
  level: string,
  policies: Policies,
) => RpcFunction<Request>;

/** The SDK's RPC functions exist at run time; its declarations leave them out. */
const rpc = server as unknown as {
  readonly makeAnalyzeRpcFun: RpcFactory<proto.AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: RpcFactory<proto.AnalyzeStackRequest>;
};

/**
 * Runs policies through the SDK's own RPC functions: real protobuf in, real proxies around unknown values, real
 * diagnostics out.
 */
export class Analyzer {
  private readonly analyzeFunction: RpcFunction<proto.AnalyzeRequest>;
  private readonly analyzeStackFunction: RpcFunction<proto.AnalyzeStackRequest>;

  constructor(policies: Policies, options: AnalyzerOptions = {}) {
    const surrounded = policies.map((policy) => surround(policy, options));
    this.analyzeFunction = rpc.makeAnalyzeRpcFun("test", "1.0.0", "mandatory", surrounded);
    this.analyzeStackFunction = rpc.makeAnalyzeStackRpcFun("test", "1.0.0", "mandatory", surrounded);
  }

  /** What resource policies say about one resource. */
  analyze(resource: AnalyzedResource): Promise<Diagnostic[]> {
    return invoke(this.analyzeFunction, analyzeRequest(resource));
  }

  /** What stack policies say about all of them. */
  analyzeStack(resources: readonly AnalyzedResource[]): Promise<Diagnostic[]> {
    return invoke(this.analyzeStackFunction, analyzeStackRequest(resources));
  }

  /** Everything that a preview or an update would report. */
  async analyzeAll(resources: readonly AnalyzedResource[]): Promise<Diagnostic[]> {
    const diagnostics: Diagnostic[] = [];
    for (const resource of resources) diagnostics.push(...(await this.analyze(resource)));
    return [...diagnostics, ...(await this.analyzeStack(resources))];
  }
}

/** The engine's `Analyze` message for a resource. */
export function analyzeRequest(resource: AnalyzedResource): proto.AnalyzeRequest {
  const request = new proto.AnalyzeRequest();
  request.setType(resource.type);
  request.setName(resource.name);
  request.setUrn(resource.urn);
  request.setProperties(toStruct(resource.props));
  request.setOptions(new proto.AnalyzerResourceOptions());
  return request;
}

/** The engine's `AnalyzeStack` message for a stack. */
export function analyzeStackRequest(resources: readonly AnalyzedResource[]): proto.AnalyzeStackRequest {
  const request = new proto.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const message = new proto.AnalyzerResource();
      message.setType(resource.type);
      message.setName(resource.name);
      message.setUrn(resource.urn);
      message.setProperties(toStruct(resource.props));
      message.setOptions(new proto.AnalyzerResourceOptions());
      for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
        const dependencies = new proto.AnalyzerPropertyDependencies();
        dependencies.setUrnsList([...urns]);
        message.getPropertydependenciesMap().set(property, dependencies);
      }
      return message;
    }),
  );
  return request;
}

/** Diagnostics of an analyzer's answer. */
export function diagnosticsOf(response: proto.AnalyzeResponse): Diagnostic[] {
  const levels = { 0: "advisory", 1: "mandatory", 2: "disabled", 3: "remediate" } as const;
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    message: diagnostic.getMessage(),
    level: levels[diagnostic.getEnforcementlevel()],
    urn: diagnostic.getUrn(),
    severity: diagnostic.getSeverity(),
  }));
}

async function invoke<Request>(call: RpcFunction<Request>, request: Request): Promise<Diagnostic[]> {
  const response = await new Promise<proto.AnalyzeResponse>((resolve, reject) => {
    call({ request }, (error, answer) =>
      answer ? resolve(answer) : reject(error ?? new Error("no answer")),
    ).catch(reject);
  });
  return diagnosticsOf(response);
}

/** In the SDK, configuration and stack tags are set by RPCs that it does not export; they reach policies in their arguments. */
function surround(
  policy: Policies[number],
  options: AnalyzerOptions,
): ResourceValidationPolicy | StackValidationPolicy {
  const surroundings = {
    stackTags: new Map(Object.entries(options.stackTags ?? {})),
    getConfig: <T extends object>(): T => ({ ...options.config?.[policy.name] }) as T,
  };
  if ("validateStack" in policy) {
    const { validateStack } = policy;
    return {
      ...policy,
      validateStack: (args, report) => validateStack({ ...args, ...surroundings }, report),
    };
  }
  const validate = policy.validateResource as ResourceValidation & { readonly __pulumiType?: string };
  const wrapped: ResourceValidation = (args, report) => validate({ ...args, ...surroundings }, report);
  return { ...policy, validateResource: Object.assign(wrapped, { __pulumiType: validate.__pulumiType }) };
}

function toStruct(props: Readonly<Record<string, unknown>>): Struct {
  return Struct.fromJavaScript(props as Record<string, JavaScriptValue>);
}
