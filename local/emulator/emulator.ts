import { mkdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmulatorConnection } from "../connection";
import { download } from "../download";
import { makeCertificate, type Certificate } from "./certificate";
import type { Emulator } from "./install";
import { freePort, isPortFree, waitUntilPortFree } from "../process/ports";
import { describeExit, launch, type Exit, type ManagedProcess } from "../process/process";
import { tellElapsed } from "../process/elapsed";
import type { Tell } from "../step";

export { acquireEmulator, type Emulator } from "./install";

/** The emulator's own program, with IAM enforced as on AWS. */
const ENFORCING = join(__dirname, "enforcing.py");

const START_LIMIT_MS = 30_000;
const START_ATTEMPTS = 5;
const PORT_FREE_LIMIT_MS = 5_000;
const LOG_LINES_SHOWN = 10;

export interface StartEmulatorOptions {
  readonly emulator: Emulator;
  /** Folder of this run; the emulator's log, temporary files and home directory are made in it. */
  readonly runDir: string;
  readonly region: string;
  /** A port that must be used. @default any free loopback port */
  readonly port?: number;
  /**
   * IAM decides on every call, as on AWS: users, roles, keys and resource policies are what they say they are. Calls
   * then come over TLS, with a certificate made for this run, since policies refuse everything else.
   *
   * @default every call is allowed, and comes over plain HTTP
   */
  readonly enforceIam?: boolean;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** An emulator that answers. */
export interface RunningEmulator {
  /** Root of account 000000000000 (access key `test`). */
  readonly connection: EmulatorConnection;
  readonly pid: number;
  readonly port: number;
  readonly logFile: string;
  /** Settles when the emulator has ended, by itself or stopped. */
  readonly exited: Promise<Exit>;
  /** Stops it with its Lambda workers, and returns when the port is free again. */
  stop(): Promise<void>;
}

/**
 * Starts the AWS emulator on a loopback port, with an environment that holds nothing of the user's, and waits until it
 * answers.
 *
 * @throws Error when the given port is taken, or the emulator ends or does not answer in time; shows the log's end.
 */
export async function startEmulator(options: StartEmulatorOptions): Promise<RunningEmulator> {
  if (options.port !== undefined && !(await isPortFree(options.port))) throw portTaken(options.port);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const elapsed = tellElapsed(
      options.tell,
      (seconds) => `starting the AWS emulator on port ${port} (${seconds} s)`,
    );
    try {
      return await startOn(port, options);
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error;
      // Somebody took the port between the look and the start.
      if (options.port !== undefined || attempt === START_ATTEMPTS) throw portTaken(port);
    } finally {
      elapsed.stop();
    }
  }
}

class PortTaken extends Error {}

function portTaken(port: number): Error {
  return new Error(
    `port ${port} on 127.0.0.1 is taken by another program; stop that program, choose another port, or let a free one be found`,
  );
}

async function startOn(port: number, options: StartEmulatorOptions): Promise<RunningEmulator> {
  const { emulator, runDir, region, signal } = options;
  const folder = join(runDir, "emulator");
  const logFile = join(folder, "emulator.log");
  await mkdir(join(folder, "tmp"), { recursive: true });
  await mkdir(join(folder, "home"), { recursive: true });
  const certificate = options.enforceIam ? await makeCertificate(join(folder, "tls")) : undefined;
  const connection: EmulatorConnection = {
    endpoint: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    ...(certificate && { certificate }),
  };

  signal.throwIfAborted();
  const program = options.enforceIam ? [ENFORCING] : ["-m", "ministack"];
  const child = await launch(emulator.python, program, {
    cwd: folder,
    env: emulatorEnvironment(folder, port, connection, certificate),
    logFile,
  });
  const stop = async () => {
    await child.stop();
    await waitUntilPortFree(port, PORT_FREE_LIMIT_MS);
  };
  try {
    await untilReady(connection, child, { logFile, python: emulator.python }, signal);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    connection,
    pid: child.pid,
    port,
    logFile,
    exited: child.exited,
    stop,
  };
}

/** Lambda functions inherit the emulator's environment: it holds what they and Python need, and nothing else. */
function emulatorEnvironment(
  folder: string,
  port: number,
  { region, credentials }: EmulatorConnection,
  certificate: Certificate | undefined,
): NodeJS.ProcessEnv {
  return {
    // The Node of this process first: functions run on what `node` means there.
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    SystemRoot: process.env.SystemRoot, // Windows opens no socket without it
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    TEMP: join(folder, "tmp"),
    PYTHONUNBUFFERED: "1",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    IOT_MTLS_ENABLED: "0", // it would listen on every interface
    LAMBDA_EXECUTOR: "local",
    LAMBDA_WARM_TTL_SECONDS: "20", // idle workers cost 45 MB each
    CLOUDTRAIL_RECORDING: "0",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: region,
    // The emulator tells its functions which certificate to trust.
    ...(certificate && {
      AUTH: "true",
      USE_SSL: "1",
      MINISTACK_SSL_CERT: certificate.certificateFile,
      MINISTACK_SSL_KEY: certificate.keyFile,
    }),
  };
}

async function untilReady(
  connection: EmulatorConnection,
  child: ManagedProcess,
  { logFile, python }: { readonly logFile: string; readonly python: string },
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  let exit: Exit | undefined;
  void child.exited.then((ended) => (exit = ended));
  for (;;) {
    signal.throwIfAborted();
    if (exit) {
      const log = await lastLogLines(logFile);
      if (/already in use/i.test(log)) throw new PortTaken();
      throw new Error(
        `the AWS emulator in ${dirname(dirname(python))} ended while starting (${describeExit(exit)}); ` +
          `if its installation is damaged, remove that folder and run this again. The end of its log:\n${log}`,
      );
    }
    if (await isReady(connection)) return;
    if (Date.now() > deadline) {
      throw new Error(
        `the AWS emulator did not answer within ${START_LIMIT_MS / 1_000} s; the end of its log:\n` +
          (await lastLogLines(logFile)),
      );
    }
    await sleep(50);
  }
}

async function isReady(connection: EmulatorConnection): Promise<boolean> {
  try {
    const answer = await download(connection, "/_ministack/ready", AbortSignal.timeout(2_000));
    return (JSON.parse(answer.toString()) as { status?: string }).status === "completed";
  } catch {
    return false; // not listening yet; the caller knows whether it ended and how long to go on asking
  }
}

async function lastLogLines(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  return lines.slice(-LOG_LINES_SHOWN).join("\n");
}
