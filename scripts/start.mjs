// `npm start`: sets itself up, then hands over to the local run (local/main.ts), whose stdout and exit code it keeps.
import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { install, root } from "./install.mjs";

install();

// Everything that the run talks to is on this machine: the user's proxy must not stand between (gRPC would send the
// engine's calls through it), and nothing of the user's AWS set-up may bend the calls (FIPS forbids a local endpoint).
const noProxy = [process.env.no_proxy ?? process.env.NO_PROXY, "127.0.0.1,localhost"].filter(Boolean).join();
const localOnly = {
  no_proxy: noProxy,
  NO_PROXY: noProxy,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_PROFILE: undefined,
  AWS_USE_FIPS_ENDPOINT: undefined,
  AWS_USE_DUALSTACK_ENDPOINT: undefined,
};

const child = spawn(
  process.execPath,
  ["--import", import.meta.resolve("tsx"), join(root, "local", "main.ts"), ...process.argv.slice(2)],
  {
    // npm runs scripts in the package's folder; paths are meant as the person typed them.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    // A group of its own, so that the terminal's signals come through this process alone: the run then stops the engine
    // in order. An engine that gets the SIGHUP of a closed terminal ends at once and leaves its plugins behind.
    detached: process.platform !== "win32",
    // Node 20 is supported here; the SDK's notice about its own future versions is not for the person at the terminal.
    env: { ...process.env, ...localOnly, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
// A signal to npm ends npm and its shell, but never gets here: the run ends when the shell does.
const starter = process.ppid;
if (process.env.npm_lifecycle_event) {
  const watch = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 500).unref();
}
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
