// Makes a fresh clone runnable: installs the locked packages and compiles the policy pack when either is out of
// date. Uses Node alone, because nothing is installed yet when it runs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const minimumNode = [20, 19];

/** Stops with one clear sentence when Node is older than the packages allow. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < minimumNode[0] || (major === minimumNode[0] && minor < minimumNode[1])) {
    console.error(
      `trailkeeper: Node ${process.versions.node} is too old; install Node ${minimumNode.join(".")} or newer (https://nodejs.org) and run this again.`,
    );
    process.exit(1);
  }
}

/** Runs a command with its output on stderr, so that stdout stays the caller's; exits with its code on failure. */
export function run(command, args, { cwd = root, what = `${command} ${args.join(" ")}` } = {}) {
  const result = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (result.error || result.status !== 0) {
    console.error(`trailkeeper: ${what} failed${result.error ? `: ${result.error.message}` : ""}`);
    process.exit(result.status || 1);
  }
}

/** Installs the packages of package-lock.json, unless node_modules was installed from this very lockfile. */
export function ensurePackages() {
  const marker = join(root, "node_modules", ".trailkeeper-lock");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  console.error("trailkeeper: installing packages (npm ci) ...");
  run(process.platform === "win32" ? "npm.cmd" : "npm", [
    "ci",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  writeFileSync(marker, wanted);
}

/** Compiles the policy pack into policy/bin, unless the compiled files are newer than every source. */
export function ensurePolicyPack() {
  const source = join(root, "policy", "src");
  const built = join(root, "policy", "bin", "index.js");
  if (existsSync(built)) {
    const builtAt = statSync(built).mtimeMs;
    const newest = readdirSync(source, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce(
        (latest, entry) =>
          Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
        0,
      );
    if (newest < builtAt) return;
  }
  console.error("trailkeeper: compiling the policy pack ...");
  run(process.execPath, [
    join(root, "node_modules", "typescript", "bin", "tsc"),
    "-p",
    "policy",
    "--incremental",
    "false",
  ]);
}

export function install() {
  requireNode();
  ensurePackages();
  ensurePolicyPack();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
