#!/usr/bin/env node
// The `trailkeeper` command. The sources are TypeScript and run as they are; there is no build step.
import { createRequire } from "node:module";
import { requireNode } from "../scripts/install.mjs";

requireNode();
// Said once in the project's README, not by the SDK at each command.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const require = createRequire(import.meta.url);
try {
  require("tsx/cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND") throw error;
  console.error("trailkeeper: the packages are not installed; run `npm ci` in the project's folder first.");
  process.exit(1);
}

const { main } = require("./main.ts");
process.exitCode = await main(process.argv.slice(2));
