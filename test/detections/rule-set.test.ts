import assert from "node:assert/strict";
import fc from "fast-check";
import { RuleSet } from "../../detections/rule-set";
import { compileCondition } from "../../detections/sigma/match";
import type { Condition, CorrelationRule, EventRule, PatternPart } from "../../detections/sigma/model";
import type { CloudTrailEvent } from "../../formats/cloudtrail/event";

const head = (id: string) => ({
  id,
  title: id,
  references: [],
  tags: [],
  falsePositives: [],
  level: "medium" as const,
  source: { file: `${id}.yml`, line: 1 },
});
const eventRule = (id: string, condition: Condition): EventRule => ({
  ...head(id),
  kind: "event",
  condition,
});
const is = (field: string, ...parts: PatternPart[]): Condition => ({
  op: "field",
  field,
  test: { kind: "string", parts, cased: false },
});
const text = (value: string): PatternPart => ({ text: value });
const many: PatternPart = { wildcard: "*" };
const event = (fields: object): CloudTrailEvent => ({
  eventName: "ListBuckets",
  eventTime: "2026-03-02T09:00:00Z",
  ...fields,
});
const idsOf = (rules: readonly { readonly id: string }[]) => rules.map(({ id }) => id);
const glance = (record: CloudTrailEvent) => ({ ...record, text: JSON.stringify(record) });

describe("RuleSet", () => {
  it("gives the rules that match an event, by name, by wildcard and whatever the name", () => {
    const rules = new RuleSet([
      eventRule("named", is("eventName", text("CreateUser"))),
      eventRule("wildcard", is("eventName", text("create"), many)),
      eventRule("any name", is("userIdentity.type", text("Root"))),
      eventRule("other", is("eventName", text("DeleteUser"))),
    ]);
    const matched = rules.match(event({ eventName: "CreateUser", userIdentity: { type: "Root" } }));
    assert.deepEqual(new Set(idsOf(matched)), new Set(["named", "wildcard", "any name"]));
  });

  it("tells apart services that share an event name", () => {
    const ofService = (source: string): Condition => ({
      op: "and",
      of: [is("eventSource", text(source)), is("eventName", text("CreateUser"))],
    });
    const rules = new RuleSet([
      eventRule("iam", ofService("iam.amazonaws.com")),
      eventRule("mq", ofService("mq.amazonaws.com")),
    ]);
    assert.deepEqual(
      idsOf(rules.match(event({ eventName: "CreateUser", eventSource: "mq.amazonaws.com" }))),
      ["mq"],
    );
  });

  it("needs no event source to match a rule that asks for none", () => {
    const rules = new RuleSet([eventRule("named", is("eventName", text("CreateUser")))]);
    assert.equal(rules.match(event({ eventName: "CreateUser" })).length, 1);
  });

  it("asks for a record only when its name or its text concerns a rule", () => {
    const rules = new RuleSet([
      eventRule("named", is("eventName", text("CreateUser"))),
      eventRule("denied", is("errorCode", text("AccessDenied"), many)),
    ]);
    const asked: readonly [boolean, object][] = [
      [true, { eventName: "createuser" }],
      [true, { errorCode: "accessdeniedException" }],
      [true, { userAgent: 'écho "x"', requestParameters: { quote: "\u0001" } }],
      [false, {}],
      [false, { errorCode: "NoSuchBucket" }],
    ];
    for (const [expected, fields] of asked) assert.equal(rules.asksFor(glance(event(fields))), expected);
  });

  it("leaves a rule silent that only correlations rest on, until one of them says otherwise", () => {
    const base = eventRule("base", is("eventName", text("GetSecretValue")));
    const correlation = (id: string, generate: boolean): CorrelationRule => ({
      ...head(id),
      kind: "correlation",
      correlation: {
        type: "event_count",
        rules: ["base"],
        generate,
        groupBy: [],
        aliases: {},
        timespanSeconds: 60,
        count: { gte: 2 },
      },
    });
    assert.equal(new RuleSet([base]).alertsItself(base), true);
    const silent = new RuleSet([base, correlation("many", false)]);
    assert.equal(silent.alertsItself(base), false);
    assert.deepEqual(idsOf(silent.correlationsOn("base")), ["many"]);
    assert.equal(
      new RuleSet([base, correlation("a", false), correlation("b", true)]).alertsItself(base),
      true,
    );
  });

  describe("held against every rule asked one by one", () => {
    const word = fc.constantFrom(
      "CreateUser",
      "createUser",
      "Create",
      "User",
      "Root",
      "AccessDenied",
      "1",
      "x/y",
      "é",
    );
    const field = fc.constantFrom(
      "eventName",
      "eventSource",
      "errorCode",
      "userIdentity.type",
      "requestParameters.a.b",
    );
    const leaf = fc
      .tuple(field, fc.array(fc.oneof(word.map(text), fc.constant(many)), { maxLength: 3 }), fc.boolean())
      .map(([name, parts, cased]): Condition => ({
        op: "field",
        field: name,
        test: { kind: "string", parts, cased },
      }));
    const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({
          op: fc.constantFrom("and" as const, "or" as const),
          of: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
        }),
        fc.record({ op: fc.constant("not" as const), of: tie("condition") }),
      ),
    }));
    const value = fc.oneof(
      word,
      fc.constantFrom("CREATEUSER", "accessdenied", "\u212a", '"'),
      fc.constant(1),
    );
    const record = fc
      .record(
        {
          eventName: word,
          eventSource: word,
          errorCode: value,
          userIdentity: fc.record({ type: value }),
          requestParameters: fc.record({ a: fc.array(fc.record({ b: value }), { maxLength: 2 }) }),
        },
        { requiredKeys: ["eventName"] },
      )
      .map((fields) => event(fields));

    it("misses no match and invents none", () => {
      fc.assert(
        fc.property(fc.array(condition, { maxLength: 6 }), fc.array(record), (conditions, records) => {
          const rules = conditions.map((each, index) => eventRule(`rule ${index}`, each));
          const set = new RuleSet(rules);
          for (const each of records) {
            const expected = rules.filter((rule) => compileCondition(rule.condition)(each));
            assert.deepEqual(new Set(set.match(each)), new Set(expected));
            const asking = set.asking(glance(each));
            const asked = asking.filter(({ isSure, thing }) => isSure || thing.matches(each));
            assert.deepEqual(new Set(asked.map(({ thing }) => thing.rule)), new Set(expected));
            assert.equal(set.asksFor(glance(each)), asking.length > 0);
          }
        }),
        { numRuns: 500 },
      );
    });
  });
});
