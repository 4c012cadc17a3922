// Runs `trailkeeper backtest` in this process over a folder and prints the most memory it had, in MB.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
require("tsx/cjs");
const { backtest } = require("../../cli/backtest/backtest.ts");
const { loadRules, SHIPPED_RULES_FOLDER } = require("../../catalog/load-rules.ts");

const { rules } = loadRules(SHIPPED_RULES_FOLDER);
await backtest([process.argv[2]], { rules });
console.log(Math.round(process.resourceUsage().maxRSS / 1024));
