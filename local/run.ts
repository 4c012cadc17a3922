import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { signInAsAdministrator } from "./emulator/administrator";
import { startAwsProvider } from "./aws-provider/provider";
import { deployedPipeline, deployedResponder } from "./deployment";
import { bringUp, preview, type Operation } from "./stack/bring-up";
import { connectClients } from "./replay/clients";
import { acquireEmulator, startEmulator } from "./emulator/emulator";
import { acquireEngine } from "./engine/engine";
import type { LocalRunOptions } from "./options";
import type { Cleanup } from "./process/cleanup";
import type { Progress } from "./progress";
import { notificationsDue, type AlarmOutcome } from "./replay/alarms";
import type { DetectionOutcome } from "./replay/detection-paths";
import type { Notification } from "./replay/inbox";
import { findLogFiles, readLogFiles, type Malformed } from "./replay/log-source";
import { Replay } from "./replay/replay";
import type { RunResult } from "./report/result";
import { ResponseExercise } from "./respond/exercise";
import { RESPONSE_SETTINGS } from "./respond/settings";
import { exerciseResponses } from "./respond/steps";
import { scenario } from "./replay/scenario";
import { createStack } from "./stack/workspace";

const PROJECT_DIR = resolve(__dirname, "..");
const POLICY_PACK = {
  dir: join(PROJECT_DIR, "policy"),
  configFile: join(PROJECT_DIR, "policy", "config", "local.json"),
};

/** What a run has found out so far, filled step by step, so that a failure can still be reported with it. */
export type RunRecord = { -readonly [K in keyof RunResult]?: RunResult[K] } & {
  failures: string[];
  malformed: Malformed[];
  /** Every step was run; an interruption after that only ends what `--keep` held. */
  finished?: boolean;
};

/**
 * The local run: the real engine brings the unmodified program up on a local cloud under the policy pack, recorded
 * logs are delivered to it, and what reaches people is collected in `record`.
 *
 * @throws what made a step fail; the steps after it are not run
 */
export async function localRun(
  options: LocalRunOptions,
  { run }: Progress,
  cleanup: Cleanup,
  record: RunRecord,
): Promise<void> {
  const { signal } = cleanup;
  // A path that is not there is told before minutes are spent on anything else.
  const logFiles = options.logs === undefined ? undefined : await findLogFiles(options.logs);
  const stackFile = join(PROJECT_DIR, `Pulumi.${options.stack}.yaml`);

  // First, because it takes seconds: who has no Python should not wait for an engine to be built.
  const emulator = await run("Get the local cloud", (tell) => acquireEmulator(tell, signal));
  const engine = await run("Get the Pulumi engine", async (tell) => {
    const engine = await acquireEngine(tell, signal);
    tell(engine.description);
    return engine;
  });
  record.engine = engine.description;

  const runDir = await mkdtemp(join(tmpdir(), "trailkeeper-run-"));
  cleanup.add("the run's folder", () => rm(runDir, { recursive: true, force: true, maxRetries: 5 }));

  const { aws, connection, stack, provider } = await run("Start the local cloud", async (tell) => {
    const region = await regionOf(stackFile);
    const cloud = await startEmulator({
      emulator,
      runDir,
      region,
      port: options.port,
      enforceIam: options.respond,
      tell,
      signal,
    });
    cleanup.add("the local cloud", () => cloud.stop());
    const connection = await signInAsAdministrator(stackFile, cloud.connection);
    const provider = await startAwsProvider({ connection });
    cleanup.add("the local aws provider", () => provider.stop());
    const stack = await createStack({
      engine,
      projectDir: PROJECT_DIR,
      stackName: options.stack,
      connection,
      providerPort: provider.port,
      runDir,
      settings: options.respond ? RESPONSE_SETTINGS : undefined,
      tags: { "trailkeeper:role": "audit" },
      tell,
    });
    // AWS's own services, whom no policy of the account refuses, are played by the root user.
    return { aws: cloud.connection, connection, stack, provider };
  });

  record.preview = await run("pulumi preview, as in a pull request", (tell) =>
    preview(stack, POLICY_PACK, tell, signal),
  );

  const built = await run("pulumi up, with the policy pack", async (tell) => {
    const operation = await bringUp(stack, POLICY_PACK, tell, signal);
    record.stateOnly = provider.stateOnly();
    return operation;
  });
  record.built = built;

  await run("pulumi preview again: nothing to change", async (tell) => {
    refuseChanges(await preview(stack, POLICY_PACK, tell, signal));
  });

  const clients = connectClients(aws);
  const target = deployedPipeline(built);
  record.topics = target.topicArns;
  const replay = await run("Read back what is deployed", () =>
    Replay.prepare(aws, clients, target, join(runDir, "rules")),
  );

  record.delivered = await run("Deliver the log files", (tell) => {
    const source =
      logFiles === undefined || options.logs === undefined
        ? scenario(target.accountId, new Date())
        : readLogFiles(options.logs, logFiles, record.malformed);
    return replay.deliver(source, tell);
  });
  if (record.delivered.files === 0)
    throw new Error("no log file could be delivered; the reasons are listed under malformed");

  const { delivered } = record;
  record.failures.push(
    ...(await run("Hear of each file's arrival, and of no digest", () => replay.checkArrivals(delivered))),
  );

  record.detections = await run("Let the detections decide, both paths", () => replay.outcome());
  const { detections } = record;
  record.failures.push(...detections.failures);

  record.alarms = await run("Put the metrics, read the alarms", () => replay.alarms());
  const { alarms } = record;
  record.notifications = await run("Collect the notifications", () =>
    replay.notifications(alarms, detections),
  );
  record.testAlert = await run("Send a test alert through the alert bus", () => replay.testAlert());
  record.failures.push(
    ...wrongAlarms(alarms),
    ...missingNotifications(alarms, detections, record.notifications),
  );

  if (options.respond) {
    const deployed = { ...target, ...deployedResponder(built) };
    const open = () => ResponseExercise.open(connection, aws, clients, deployed);
    await exerciseResponses(run, open, record, signal);
  }

  record.finished = true;
  if (options.keep) await keep(connection.endpoint, runDir, signal);
}

async function regionOf(stackFile: string): Promise<string> {
  const { config } = parse(await readFile(stackFile, "utf8")) as { config?: Record<string, unknown> };
  const region = config?.["aws:region"];
  if (typeof region !== "string") throw new Error(`${stackFile}: aws:region is missing`);
  return region;
}

function refuseChanges({ changed }: Operation): void {
  if (changed.length > 0)
    throw new Error(
      `a second pulumi up would change resources:\n${changed.map((each) => `  ${each}`).join("\n")}`,
    );
}

function wrongAlarms(alarms: readonly AlarmOutcome[]): string[] {
  return alarms
    .filter(({ expected, state }) => expected !== (state === "ALARM"))
    .map(
      ({ expected, filter, name, state }) =>
        `alarm ${name} is ${state} with ${filter.matches} matching events; it should ${expected ? "" : "not "}be in ALARM`,
    );
}

function missingNotifications(
  alarms: readonly AlarmOutcome[],
  { notified }: DetectionOutcome,
  received: readonly Notification[],
): string[] {
  const due = notificationsDue(alarms) + notified.length;
  const wrongNumber =
    received.length === due ? [] : [`${received.length} notifications arrived in the inbox, ${due} were due`];
  const wrongCopies = notified.flatMap(({ id, rule }) => {
    const copies = received.filter(({ message }) => message.includes(id)).length;
    return copies === 1 ? [] : [`the alert "${rule.title}" (${id}) arrived ${copies} times in the inbox`];
  });
  return [...wrongNumber, ...wrongCopies];
}

/** Holds the run until it is interrupted. */
async function keep(endpoint: string, runDir: string, signal: AbortSignal): Promise<void> {
  process.stderr.write(
    `\nThe local cloud stays up at ${endpoint}; the stack's state is in ${runDir}/state. Ctrl-C ends it.\n`,
  );
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
