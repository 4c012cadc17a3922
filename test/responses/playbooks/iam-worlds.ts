import fc from "fast-check";
import type { IamWorld, WorldRole, WorldUser } from "../iam-world";

const PATHS = ["/", "/teams/data/"];
const UNRELATED = { Unrelated: '{"Version":"2012-10-17","Statement":[]}' };

/**
 * Worlds with or without the user build-bot and the role Deploy, whose policies of one name are one of some texts, or
 * not there.
 */
export function iamWorlds({
  policyName = "Some",
  documents = [],
  profileTimes = [],
}: {
  readonly policyName?: string;
  readonly documents?: readonly string[];
  readonly profileTimes?: readonly string[];
} = {}): fc.Arbitrary<IamWorld> {
  const policies: fc.Arbitrary<Record<string, string>> = fc
    .option(fc.constantFrom(...documents, "{}"))
    .chain((document) =>
      fc.constantFrom({}, UNRELATED).map((others) => ({
        ...others,
        ...(document !== null && { [policyName]: document }),
      })),
    );
  const role: fc.Arbitrary<WorldRole> = fc.record({ path: fc.constantFrom(...PATHS), policies });
  const status = fc.constantFrom("Active" as const, "Inactive" as const);
  const user: fc.Arbitrary<WorldUser> = fc.record({
    path: fc.constantFrom(...PATHS),
    policies,
    keys: fc.dictionary(fc.constantFrom("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMP7Q"), status, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    profile: fc.option(
      fc.record({
        createTime: fc.constantFrom("2020-01-01T00:00:00.000Z", ...profileTimes),
        resetRequired: fc.boolean(),
      }),
    ),
  });
  return fc.record({
    partition: fc.constantFrom("aws", "aws-us-gov"),
    accountId: fc.constant("111122223333"),
    time: fc.constant("2026-03-02T11:00:00.000Z"),
    users: perhaps("build-bot", user),
    roles: perhaps("Deploy", role),
  });
}

/** Of every five, one without. */
function perhaps<Value>(name: string, value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> {
  return fc.option(value, { freq: 5 }).map((found) => (found === null ? {} : { [name]: found }));
}
