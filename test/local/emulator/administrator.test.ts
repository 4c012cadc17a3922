import assert from "node:assert/strict";
import { administratorRole } from "../../../local/emulator/administrator";

const file = (entries: string[]) =>
  `config:\n  trailkeeper:archiveAdministrators:\n${entries.map((entry) => `    - ${entry}\n`).join("")}`;

describe("the role that a local run deploys as", () => {
  const cases: [string, string[], { path: string; name: string }][] = [
    ["a role", ["role/deploy"], { path: "/", name: "deploy" }],
    ["a role with a path", ["role/ci/team/deploy"], { path: "/ci/team/", name: "deploy" }],
    ["the first role after users", ["user/ana", "role/deploy"], { path: "/", name: "deploy" }],
    ["a role ARN", ["arn:aws:iam::111122223333:role/deploy"], { path: "/", name: "deploy" }],
    ["a pattern", ["role/aws-reserved/*/Admin_*"], { path: "/aws-reserved/local/", name: "Admin_local" }],
  ];
  for (const [what, entries, expected] of cases)
    it(`is ${what}`, () => assert.deepEqual(administratorRole(file(entries), "Pulumi.dev.yaml"), expected));

  it("is refused where the stack file names none", () => {
    assert.throws(
      () => administratorRole(file(["user/ana"]), "Pulumi.dev.yaml"),
      /Pulumi\.dev\.yaml: trailkeeper:archiveAdministrators names no role/,
    );
  });
});
