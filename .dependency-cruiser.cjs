// The import directions of docs/architecture.md, held by a rule. Each room lists what it may import;
// everything else of ours is refused. Third-party packages and Node's own modules are free for all,
// except where a room is declared pure.

/** @type {Record<string, string[]>} room -> rooms it may import */
const rooms = {
  formats: [],
  responses: ["formats"],
  detections: ["formats", "responses"],
  functions: ["detections", "formats", "responses"],
  catalog: ["detections", "formats"],
  components: ["catalog", "detections", "formats", "functions", "responses"],
  policy: [],
  local: ["catalog", "detections", "formats", "functions", "responses"],
  cli: ["catalog", "detections", "formats", "functions", "local", "responses"],
};

const ours =
  "^(index|settings|preflight)\\.ts$|^(settings|preflight|formats|responses|detections|catalog|functions|components|policy|local|cli|scripts)/";

module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room}-imports`,
      comment: `${room}/ may import ${allowed.length === 0 ? "nothing of ours" : allowed.join(", ")}.`,
      severity: "error",
      from: { path: `^${room}/` },
      // What every entry point may ask first: whether Node is new enough.
      to: {
        path: ours,
        pathNot: [...[room, ...allowed].map((name) => `^${name}/`), "^scripts/install\\.mjs$"],
      },
    })),
    {
      name: "settings-imports",
      comment: "Settings may import formats and the names of playbooks, nothing that makes resources.",
      severity: "error",
      from: { path: "^settings(\\.ts$|/)" },
      to: { path: ours, pathNot: ["^settings(\\.ts$|/)", "^formats/", "^responses/playbook-ids\\.ts$"] },
    },
    {
      name: "program-imports",
      comment:
        "The program knows nothing of the local run, the policy pack, the scripts or where rules are read.",
      severity: "error",
      from: { path: "^index\\.ts$" },
      to: { path: "^(catalog|local|policy|cli|scripts)/" },
    },
    {
      name: "preflight-imports",
      comment: "Preflight may import formats, settings, and what components compute ARNs with.",
      severity: "error",
      from: { path: "^preflight(\\.ts$|/)" },
      to: {
        path: ours,
        pathNot: ["^preflight(\\.ts$|/)", "^settings(\\.ts$|/)", "^formats/", "^components/administrators"],
      },
    },
    {
      name: "pure-rooms",
      comment:
        "formats/, responses/ and detections/ are pure: no AWS but for the types of its SDK, no Pulumi, no I/O.",
      severity: "error",
      from: { path: "^(formats|responses|detections)/" },
      to: {
        path: "^node_modules/(@aws-sdk|@pulumi)|^(node:)?(fs|fs/promises|http|https|net|child_process|os|process)$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "product-does-not-import-tests",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "tests-only-packages",
      comment: "AGPL: development and test only, never shipped.",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "node_modules/@cloud-copilot" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(bin|coverage)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
