import assert from "node:assert/strict";
import { isPrincipalLike, principalNameOf, withoutSession } from "../../responses/arn-pattern";

const A = "111122223333";

describe("patterns of principals", () => {
  const cases: readonly [pattern: string, principal: string, isLike: boolean, why: string][] = [
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::${A}:role/Admin`, true, "the role itself"],
    [
      `arn:aws:iam::${A}:role/Admin`,
      `arn:aws:iam::${A}:role/team/a/Admin`,
      true,
      "names are unique at any path",
    ],
    [`arn:aws:iam::${A}:role/team/Admin`, `arn:aws:iam::${A}:role/Admin`, false, "the pattern names a path"],
    [`arn:aws:iam::${A}:role/team/Admin`, `arn:aws:iam::${A}:role/other/Admin`, false, "another path"],
    [`arn:aws:iam::${A}:role/team/*`, `arn:aws:iam::${A}:role/team/a/Admin`, true, "all of a path"],
    [`arn:aws:iam::${A}:role/team/*`, `arn:aws:iam::${A}:role/Admin`, false, "not in the path"],
    [`arn:aws:iam::${A}:role/deploy-*`, `arn:aws:iam::${A}:role/ci/deploy-prod`, true, "names by a star"],
    [`arn:aws:iam::${A}:role/Admi?`, `arn:aws:iam::${A}:role/Admin`, true, "one character"],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::${A}:role/Admin2`, false, "a longer name"],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::${A}:role/NotAdmin`, false, "a name that ends so"],
    [
      `arn:aws:iam::${A}:role/Admin`,
      `arn:aws:iam::${A}:role/Admin/mallory`,
      false,
      "a path that is called so",
    ],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::${A}:role/admin`, false, "names differ by case"],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::${A}:user/Admin`, false, "a user of that name"],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws:iam::444455556666:role/Admin`, false, "another account's"],
    [`arn:aws:iam::*:role/Admin`, `arn:aws:iam::444455556666:role/Admin`, true, "any account's"],
    [`arn:aws:iam::${A}:role/Admin`, `arn:aws-cn:iam::${A}:role/Admin`, false, "another partition's"],
    [
      `arn:aws-us-gov:iam::${A}:role/Admin`,
      `arn:aws-us-gov:iam::${A}:role/x/Admin`,
      true,
      "of that partition",
    ],
    [`arn:*:iam::${A}:role/Admin`, `arn:aws-cn:iam::${A}:role/x/Admin`, true, "of any partition"],
    [
      `arn:aws:iam::${A}:role/Admin`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      true,
      "a session of the role",
    ],
    [
      `arn:aws:iam::${A}:role/team/Admin`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      true,
      "sessions lack the path",
    ],
    [
      `arn:aws:iam::${A}:role/team/*`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      true,
      "which path, nobody can tell",
    ],
    [`arn:aws:iam::${A}:*`, `arn:aws:sts::${A}:assumed-role/Admin/alice`, true, "all of an account"],
    [
      `arn:aws:iam::${A}:role/alice`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      false,
      "a session's own name",
    ],
    [
      `arn:aws:iam::${A}:user/Admin`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      false,
      "a role is no user",
    ],
    [
      `arn:aws-cn:iam::${A}:role/Admin`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      false,
      "of another partition",
    ],
    [
      `arn:aws:sts::${A}:assumed-role/Admin/*`,
      `arn:aws:sts::${A}:assumed-role/Admin/alice`,
      true,
      "sessions by ARN",
    ],
    [
      `arn:aws:iam::${A}:user/bob`,
      `arn:aws:sts::${A}:federated-user/bob`,
      false,
      "whoever federates chooses the name",
    ],
    [`arn:aws:iam::${A}:root`, `arn:aws:iam::${A}:root`, true, "the root user"],
    [`arn:aws:s3:::Admin`, `arn:aws:iam::${A}:role/Admin`, false, "no principal"],
    [`arn:aws:iam::${A}:role/Admin`, "Admin", false, "no ARN"],
    ["role/Admin", `arn:aws:iam::${A}:role/Admin`, false, "no ARN pattern"],
  ];
  for (const [pattern, principal, isLike, why] of cases)
    it(`${pattern} ${isLike ? "means" : "does not mean"} ${principal}: ${why}`, () => {
      assert.equal(isPrincipalLike(pattern, principal), isLike);
    });
});

describe("principals", () => {
  const cases: readonly [arn: string, role: string, name: string | undefined][] = [
    [`arn:aws:sts::${A}:assumed-role/Ops/s`, `arn:aws:iam::${A}:role/Ops`, "Ops"],
    [`arn:aws-cn:sts::${A}:assumed-role/Ops/s`, `arn:aws-cn:iam::${A}:role/Ops`, "Ops"],
    [`arn:aws:iam::${A}:role/a/b/Ops`, `arn:aws:iam::${A}:role/a/b/Ops`, "Ops"],
    [`arn:aws:iam::${A}:user/bob`, `arn:aws:iam::${A}:user/bob`, "bob"],
    [`arn:aws:sts::${A}:federated-user/bob`, `arn:aws:sts::${A}:federated-user/bob`, undefined],
    [`arn:aws:iam::${A}:root`, `arn:aws:iam::${A}:root`, undefined],
    ["nobody", "nobody", undefined],
  ];
  for (const [arn, role, name] of cases)
    it(`${arn} stands for ${role}, of name ${name}`, () => {
      assert.equal(withoutSession(arn), role);
      assert.equal(principalNameOf(arn), name);
    });
});
