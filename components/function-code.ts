import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";

/** The Lambda functions of this project: each is a folder `functions/<name>` with a `handler.ts`. */
export type FunctionName = "notify" | "detect" | "respond" | "restore";

/**
 * Ways to credentials that no function takes: Lambda gives the role's in the environment, which the SDK looks at first,
 * and it requires the others only when it gets that far. Left out, they are a tenth of a bundle.
 */
const OTHER_CREDENTIAL_PROVIDERS = ["ini", "process", "sso", "web-identity"].map(
  (way) => `@aws-sdk/credential-provider-${way}`,
);

/** Tells browsers apart for the SDK's user agent, which in Node is put together without it; required when it is asked. */
const FOR_BROWSERS = ["bowser"];

const PROJECT_ROOT = join(__dirname, "..");

/** Sources do not change while a program runs, and tests run it often. */
const bundles = new Map<FunctionName, string>();

/**
 * The deployment package of a function: one CommonJS file `index.js` (Lambda handler `index.handler`) with the AWS SDK
 * inside, as AWS recommends ("Defining Lambda function handlers in Node.js", bundling), so that the deployed version
 * is the tested one. Built inside the program: there is no build step to forget.
 *
 * @param files further files of the package, by name @default none
 * @throws esbuild's `BuildFailure`, which names file and line, when the source does not compile.
 */
export function functionCode(
  name: FunctionName,
  files: Readonly<Record<string, string>> = {},
): pulumi.asset.AssetArchive {
  const bundle = bundles.get(name) ?? bundleFunction(name, PROJECT_ROOT);
  bundles.set(name, bundle);
  const texts = { ...files, "index.js": bundle };
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      Object.entries(texts).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)]),
    ),
  );
}

/**
 * Bundles `functions/<name>/handler.ts` of a checkout. The bytes depend on the sources alone, not on where the checkout
 * lies, so that a preview on another machine shows no change.
 */
export function bundleFunction(name: FunctionName, projectRoot: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: projectRoot,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    // The SDK's modules, of which what is not used is left out; its CommonJS is taken whole.
    mainFields: ["module", "main"],
    // Node 20 is the oldest that runs this program, and the local environment runs functions on the same Node.
    target: "node20",
    minify: true,
    // Error names and powertools' metadata are read from function names.
    keepNames: true,
    external: [...OTHER_CREDENTIAL_PROVIDERS, ...FOR_BROWSERS],
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    // The outcome must not follow a tsconfig.json that happens to lie above the checkout.
    tsconfigRaw: {},
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error(`esbuild produced nothing for functions/${name}/handler.ts`);
  return bundle.text;
}
