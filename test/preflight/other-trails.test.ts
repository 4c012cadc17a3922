import assert from "node:assert/strict";
import {
  otherTrailsWarning,
  recordsManagementEvents,
  type SelectorsInUse,
  type SeenTrail,
} from "../../preflight/other-trails";

const trailArn = (name: string, accountId = "111122223333") =>
  `arn:aws:cloudtrail:eu-west-1:${accountId}:trail/${name}`;
const OWN = trailArn("audit");

describe("recordsManagementEvents", () => {
  const advanced = (...categories: string[]): SelectorsInUse => ({
    EventSelectors: [],
    AdvancedEventSelectors: categories.map((category) => ({
      FieldSelectors: [{ Field: "eventCategory", Equals: [category] }],
    })),
  });

  for (const [what, selectors, expected] of [
    ["no selectors at all", {}, true],
    ["a basic selector that does not say", { EventSelectors: [{}] }, true],
    ["a basic selector for them", { EventSelectors: [{ IncludeManagementEvents: true }] }, true],
    ["a basic selector without them", { EventSelectors: [{ IncludeManagementEvents: false }] }, false],
    ["an advanced selector for them", advanced("Data", "Management"), true],
    ["advanced selectors for other events", advanced("Data", "NetworkActivity"), false],
  ] as const) {
    it(`${expected ? "is so" : "is not so"} with ${what}`, () => {
      assert.equal(recordsManagementEvents(selectors), expected);
    });
  }
});

describe("otherTrailsWarning", () => {
  const seen = (arn: string, trail: Partial<SeenTrail> = {}): SeenTrail => ({
    arn,
    isOrganizationTrail: false,
    managementEvents: true,
    ...trail,
  });

  for (const [what, trails] of [
    ["no trail", []],
    ["the stack's own trail", [seen(OWN)]],
    ["a trail for data events alone", [seen(trailArn("data"), { managementEvents: false })]],
  ] as const) {
    it(`says nothing about ${what}`, () => {
      assert.equal(otherTrailsWarning(OWN, trails), undefined);
    });
  }

  it("names the other trails, what it costs and what to do", () => {
    const warning =
      otherTrailsWarning(OWN, [seen(OWN), seen(trailArn("old")), seen(trailArn("older"))]) ?? "";

    assert.ok(warning.includes(`by ${trailArn("old")}; ${trailArn("older")}.`), warning);
    assert.ok(!warning.includes(OWN));
    assert.match(warning, /bills every copy after the first.*trailkeeper:adopt/);
  });

  it("tells an organization's trail of the same name from the stack's own", () => {
    const organizationTrail = seen(trailArn("audit", "444455556666"), { isOrganizationTrail: true });

    assert.match(
      otherTrailsWarning(OWN, [organizationTrail]) ?? "",
      /:444455556666:.*, an organization trail/,
    );
  });

  it("mentions a trail that could not be looked into, and why", () => {
    const hidden = seen(trailArn("hidden"), { managementEvents: { unreadable: "access denied" } });

    assert.match(otherTrailsWarning(OWN, [hidden]) ?? "", /hidden, as far as can be seen: access denied/);
  });
});
