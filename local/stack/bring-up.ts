import { stripVTControlCharacters } from "node:util";
import type { EngineEvent, OpMap, Stack } from "@pulumi/pulumi/automation";
import { engineErrorReason } from "../engine/error";
import type { Tell } from "../step";

/** What a policy said about a resource (or the stack, without a URN). */
export interface PolicyReport {
  readonly policy: string;
  readonly urn?: string;
  readonly message: string;
  readonly mandatory: boolean;
}

/** What an operation of the engine did and said. */
export interface Operation {
  /** Resources by the step that was taken: `create`, `same`, `update` ... */
  readonly changes: OpMap;
  /** What was not left as it was: step, resource, and the properties that differ. */
  readonly changed: readonly string[];
  /** Number of created resources by type token; components and the stack itself left out. */
  readonly createdByType: ReadonlyMap<string, number>;
  readonly policyReports: readonly PolicyReport[];
  readonly warnings: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The policy pack to enforce, and its configuration file. */
export interface PolicyPack {
  readonly dir: string;
  readonly configFile: string;
}

/**
 * Runs `pulumi up` with the policy pack and reports each resource as it comes.
 *
 * @throws one error with everything the engine, the program and the policies complained about
 */
export async function bringUp(
  stack: Stack,
  pack: PolicyPack,
  tell: Tell,
  signal: AbortSignal,
): Promise<Operation> {
  const log = new EventLog(tell);
  const result = await log.guard("pulumi up", () =>
    stack.up({ ...packOptions(pack), onEvent: log.onEvent, signal, suppressProgress: true }),
  );
  return log.operation(
    Object.fromEntries(Object.entries(result.outputs).map(([key, { value }]) => [key, value as unknown])),
  );
}

/**
 * Runs `pulumi preview` with the policy pack. Its `changes` are what `pulumi up` would do.
 *
 * @throws as {@link bringUp}
 */
export async function preview(
  stack: Stack,
  pack: PolicyPack,
  tell: Tell,
  signal: AbortSignal,
): Promise<Operation> {
  const log = new EventLog(tell);
  await log.guard("pulumi preview", () =>
    stack.preview({ ...packOptions(pack), onEvent: log.onEvent, signal, suppressProgress: true }),
  );
  return log.operation({});
}

function packOptions(pack: PolicyPack) {
  return { policyPacks: [pack.dir], policyPackConfigs: [pack.configFile] };
}

/** Collects the engine's events, and tells the interesting ones as they come. */
class EventLog {
  private readonly createdByType = new Map<string, number>();
  private readonly policyReports: PolicyReport[] = [];
  private readonly warnings: string[] = [];
  private readonly errors: string[] = [];
  private readonly changed: string[] = [];
  private changes: OpMap = {};
  private finished = 0;

  constructor(private readonly tell: Tell) {
    tell("starting the engine, the program and the policy pack");
  }

  readonly onEvent = (event: EngineEvent): void => {
    const { resourcePreEvent, resOutputsEvent, policyEvent, diagnosticEvent, summaryEvent } = event;
    if (resourcePreEvent && resourcePreEvent.metadata.op !== "same") {
      const { op, urn, diffs = [] } = resourcePreEvent.metadata;
      this.changed.push(`${op} ${nameOf(urn)}${diffs.length > 0 ? ` (${diffs.join(", ")})` : ""}`);
    }
    if (resOutputsEvent && !resOutputsEvent.planning) {
      const { op, type, urn } = resOutputsEvent.metadata;
      const isResource = type.startsWith("aws:");
      if (op === "create" && isResource)
        this.createdByType.set(type, (this.createdByType.get(type) ?? 0) + 1);
      if (isResource)
        this.tell(`${++this.finished} resources, ${op}: ${type.split(":")[2] ?? type} ${nameOf(urn)}`);
    }
    if (policyEvent) {
      const message = plain(policyEvent.message);
      this.policyReports.push({
        policy: policyEvent.policyName,
        urn: policyEvent.resourceUrn || undefined,
        message,
        mandatory: policyEvent.enforcementLevel === "mandatory",
      });
    }
    if (diagnosticEvent && !diagnosticEvent.ephemeral) {
      const message = plain(diagnosticEvent.message);
      if (diagnosticEvent.severity === "error") this.errors.push(message);
      if (diagnosticEvent.severity === "warning") this.warnings.push(message);
    }
    if (summaryEvent) this.changes = summaryEvent.resourceChanges;
  };

  /** Runs the operation; its failure becomes one error that holds the reasons and not the whole output. */
  async guard<T>(what: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      const violations = this.policyReports
        .filter(({ mandatory }) => mandatory)
        .map(
          ({ policy, urn, message }) => `policy ${policy}, ${urn ? nameOf(urn) : "the stack"}: ${message}`,
        );
      const reasons = [...new Set([...violations, ...this.errors])];
      if (reasons.length === 0)
        throw new Error(`${what} failed: ${engineErrorReason(error)}`, { cause: error });
      throw new Error(
        `${what} failed:\n${reasons.map((reason) => `  - ${reason.replaceAll("\n", "\n    ")}`).join("\n")}`,
        {
          cause: error,
        },
      );
    }
  }

  operation(outputs: Record<string, unknown>): Operation {
    const { changed, changes, createdByType, policyReports, warnings } = this;
    return { changed, changes, createdByType, policyReports, warnings, outputs };
  }
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

/** Engine messages carry colour tags of the form `<{%reset%}>`, and terminal escapes from the program. */
function plain(message: string): string {
  return stripVTControlCharacters(message.replace(/<\{%[^%]*%\}>/g, "")).trim();
}
