import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy/policy";
import { PACK_NAME, buildPack } from "./pack";

// The engine starts a pack in the program's folder, and the SDK takes the pack's version from the package.json of the
// current folder: without this it would be the version of whatever program is being checked, or none.
process.chdir(join(__dirname, ".."));

new PolicyPack(PACK_NAME, buildPack());
