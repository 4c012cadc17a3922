import assert from "node:assert/strict";
import { PolicySeverity } from "@pulumi/pulumi/proto/analyzer_pb";
import { buildPolicies } from "../../policy/src/pack";
import type { GraphRule, ResourceRule, RuleData } from "../../policy/src/rule";
import { COMPLIANT, violation } from "../../policy/src/verdict";
import { Analyzer, type AnalyzedResource, UNKNOWN_VALUE, secret } from "../support/analyzer";
import { goodStack } from "../support/policy-fixtures";

const DATA: RuleData = {
  id: "thing-is-good",
  service: "s3",
  severity: "high",
  title: "Things are good",
  rationale: "bad things happen",
  fix: "Be good.",
  controls: [{ standard: "nist-800-53-r5", id: "AU-2" }],
  url: "https://example.com/thing",
};
const THING: AnalyzedResource = {
  type: "test:index:Thing",
  name: "thing",
  urn: "urn:pulumi:prod::shop::test:index:Thing::thing",
  props: { password: secret("hunter2"), open: UNKNOWN_VALUE.string },
};

function resourceRule(check: ResourceRule["check"], data: Partial<RuleData> = {}): ResourceRule {
  return { ...DATA, ...data, scope: "resource", types: [THING.type], check };
}

function graphRule(check: GraphRule["check"], data: Partial<RuleData> = {}): GraphRule {
  return { ...DATA, ...data, scope: "graph", types: [THING.type], check };
}

describe("policies made from rules", () => {
  for (const [scope, rule] of [
    ["resource", resourceRule(() => violation("the lid is open"))],
    ["graph", graphRule(() => violation("the lid is open"))],
  ] as const) {
    it(`report a violation of ${scope} scope with the rule's name, severity, reason and fix`, async () => {
      const diagnostics = await new Analyzer(buildPolicies([rule])).analyzeAll([THING]);

      assert.deepEqual(diagnostics, [
        {
          policy: "thing-is-good",
          message: "Things are good: bad things happen.\nthe lid is open. Be good.",
          level: "mandatory",
          urn: THING.urn,
          severity: PolicySeverity.POLICY_SEVERITY_HIGH,
        },
      ]);
    });
  }

  it("report a defect of a rule as advisory, without the error's words, and go on with the next rule", async () => {
    const rules = [
      resourceRule((thing) => {
        const reading = thing.read("password");
        throw new RangeError(`broken on ${reading.state === "known" ? String(reading.value) : ""}`);
      }),
      resourceRule(() => violation("still looked at"), { id: "other-thing" }),
      graphRule(
        () => {
          throw new TypeError("hunter2");
        },
        { id: "graph-thing" },
      ),
    ];

    const diagnostics = await new Analyzer(buildPolicies(rules)).analyzeAll([THING]);

    assert.deepEqual(
      diagnostics.map(({ policy, level, message }) => [policy, level, message.split("\n")[1]]),
      [
        ["thing-is-good", "advisory", "policy error: rule thing-is-good could not be evaluated: RangeError."],
        ["other-thing", "mandatory", "still looked at. Be good."],
        ["graph-thing", "advisory", "policy error: rule graph-thing could not be evaluated: TypeError."],
      ],
    );
  });

  it("report an unknown value that a rule reads carelessly as undecided", async () => {
    // The inner object is handed out as it is; reading the unknown below it throws.
    const thing = { ...THING, props: { box: { open: UNKNOWN_VALUE.string } } };
    const rule = resourceRule((resource) => {
      const box = resource.read("box");
      return box.state === "known" && (box.value as { open: string }).open === "x" ? COMPLIANT : COMPLIANT;
    });

    const [diagnostic] = await new Analyzer(buildPolicies([rule])).analyze(thing);

    assert.equal(diagnostic?.level, "advisory");
    assert.match(diagnostic.message, /\nundecided: a property that the rule reads/);
  });

  it("report a wrong setting with its key", async () => {
    const rule = resourceRule((_, context) => (context.strings("names"), COMPLIANT), {
      settings: { names: { description: "Names." } },
    });
    const analyzer = new Analyzer(buildPolicies([rule]), { config: { "thing-is-good": { names: "x" } } });

    const [diagnostic] = await analyzer.analyze(THING);

    assert.match(diagnostic?.message ?? "", /policy error: .*names must be a list of strings/);
  });

  for (const [level, expected] of [
    ["disabled", []],
    ["advisory", ["advisory"]],
    ["mandatory", ["mandatory"]],
  ] as const) {
    it(`give a rule of a stack policy the level ${level} that the configuration says`, async () => {
      const rule = graphRule(() => violation("the lid is open"));
      const config = { "stack-s3-high": { rules: { "thing-is-good": level } } };

      const diagnostics = await new Analyzer(buildPolicies([rule]), { config }).analyzeStack([THING]);

      assert.deepEqual(
        diagnostics.map((diagnostic) => diagnostic.level),
        expected,
      );
    });
  }

  for (const [policy, config, known] of [
    ["stack-cloudtrail-high", { auditStack: ["shop/*"] }, "auditStacks, rules"],
    ["bucket-not-force-destroyed", { disposable: ["shop/*"] }, "disposableStacks"],
    ["key-rotates", { disposable: ["shop/*"] }, "none"],
  ] as const) {
    it(`of ${policy} are violations where it does not know the key`, async () => {
      const analyzer = new Analyzer(buildPolicies(), { config: { [policy]: config } });

      const [diagnostic, ...others] = await analyzer.analyzeAll(goodStack());

      assert.deepEqual(others, []);
      assert.equal(diagnostic?.policy, policy);
      assert.equal(diagnostic.level, "mandatory");
      assert.match(
        diagnostic.message,
        new RegExp(`sets ${Object.keys(config).join()}, .* it has ${known}\\.`),
      );
    });
  }

  it("want stacks as PROJECT/STACK", () => {
    for (const [policy, key] of [
      ["stack-cloudtrail-high", "auditStacks"],
      ["bucket-not-force-destroyed", "disposableStacks"],
      ["stack-dynamodb-high", "disposableStacks"],
    ] as const) {
      const schema = buildPolicies().find(({ name }) => name === policy)?.configSchema?.properties[key];
      const items = schema?.items as { readonly pattern?: string };
      const pattern = new RegExp(items.pattern ?? "");

      assert.deepEqual(
        ["shop/prod", "*/prod", "prod", "*"].map((stack) => pattern.test(stack)),
        [true, true, false, false],
      );
    }
  });

  it("let buckets of disposable stacks be destroyed, and of no others", async () => {
    const config = { "bucket-not-force-destroyed": { disposableStacks: ["shop/dev"] } };
    const analyzer = new Analyzer(buildPolicies(), { config });
    const changes = { bucket: { forceDestroy: true } };

    const inDev = await analyzer.analyzeAll(goodStack(changes, { stack: "shop/dev" }));
    const inProd = await analyzer.analyzeAll(goodStack(changes, { stack: "shop/prod" }));

    assert.deepEqual(inDev, []);
    assert.deepEqual(
      inProd.map(({ policy }) => policy),
      ["bucket-not-force-destroyed"],
    );
  });

  it("let records of responses go with disposable stacks, but not be unrecoverable before", async () => {
    const config = { "stack-dynamodb-high": { disposableStacks: ["shop/dev"] } };
    const analyzer = new Analyzer(buildPolicies(), { config });
    const found = async (records: Readonly<Record<string, unknown>>, stack: string) =>
      (await analyzer.analyzeAll(goodStack({ records }, { stack }))).map(({ policy }) => policy);
    const unprotected = { deletionProtectionEnabled: false };

    assert.deepEqual(await found(unprotected, "shop/dev"), []);
    assert.deepEqual(await found(unprotected, "shop/prod"), ["response-records-are-kept"]);
    assert.deepEqual(await found({ pointInTimeRecovery: undefined }, "shop/dev"), [
      "response-records-are-kept",
    ]);
  });

  it("demand a lock of further archive buckets, but not of targets of access logs", async () => {
    const config = { "stack-s3-high": { archiveBuckets: ["buck*"] } };
    const analyzer = new Analyzer(buildPolicies(), { config });
    const withoutLock = goodStack({ objectLock: undefined, trail: undefined });
    const bucket = withoutLock.find(({ name }) => name === "bucket");
    const logging: AnalyzedResource = {
      type: "aws:s3/bucketLogging:BucketLogging",
      name: "logging",
      urn: "urn:pulumi:prod::shop::aws:s3/bucketLogging:BucketLogging::logging",
      props: { bucket: "elsewhere", targetBucket: UNKNOWN_VALUE.string },
      propertyDependencies: { targetBucket: [bucket?.urn ?? ""] },
    };

    const archive = await analyzer.analyzeStack(withoutLock);
    const logTarget = await analyzer.analyzeStack([...withoutLock, logging]);

    assert.deepEqual(
      archive.map(({ policy }) => policy),
      ["archive-bucket-is-locked"],
    );
    assert.deepEqual(logTarget, []);
  });

  it("never print a property's value", async () => {
    const seed = "hunter2-do-not-print";
    const spoil = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(spoil);
      if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoil(inner)]));
      }
      return secret(seed);
    };
    const analyzer = new Analyzer(buildPolicies(), { stackTags: { "trailkeeper:role": "audit" } });
    const spoiled = goodStack().map((resource) => ({
      ...resource,
      props: spoil(resource.props) as Record<string, unknown>,
    }));
    const brokenPolicy = goodStack({ policy: { policy: `{${seed}` } });

    const diagnostics = [
      ...(await analyzer.analyzeAll(spoiled)),
      ...(await analyzer.analyzeAll(brokenPolicy)),
    ];

    assert.ok(diagnostics.length > 8, "the seed must break most rules, else the test proves nothing");
    for (const { message } of diagnostics) assert.ok(!message.includes("hunter2"), message);
  });
});
