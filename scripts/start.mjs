// `npm start`: sets itself up, then hands over to the local run (local/main.ts), whose stdout and exit code it keeps.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install, root } from "./install.mjs";

install();

const child = spawn(
  process.execPath,
  ["--import", import.meta.resolve("tsx"), join(root, "local", "main.ts"), ...process.argv.slice(2)],
  {
    // npm runs scripts in the package's folder; paths are meant as the person typed them.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    // Node 20 is supported here; the SDK's notice about its own future versions is not for the person at the terminal.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  },
);
// The child gets the terminal's own signals; a signal sent to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
});
