import assert from "node:assert/strict";
import fc from "fast-check";
import { requireImdsv2 } from "../../../responses/playbooks/require-imdsv2";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { serveEc2 } from "../ec2-world";
import type { Ec2World, WorldInstance } from "../ec2-world-model";
import { CONTEXT, checkPlaybookLaws } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { event } from "./events";
import { INSTANCE, INSTANCE_SESSION, OTHER_INSTANCE, started } from "./instance-events";
import { target } from "./target";

function modified(requestParameters: Readonly<Record<string, unknown>>, fields = {}) {
  return event("ModifyInstanceMetadataOptions", {
    eventSource: "ec2.amazonaws.com",
    requestParameters,
    ...fields,
  });
}

const NESTED = { ModifyInstanceMetadataOptionsRequest: { InstanceId: INSTANCE, HttpTokens: "optional" } };

describe("require-imdsv2", () => {
  describe("targets", () => {
    const ofEvents: [string, ReturnType<typeof event>, string[]][] = [
      ["the instance whose options were changed", modified(NESTED), [INSTANCE]],
      [
        "the instance in flat parameters",
        modified({ instanceId: INSTANCE, httpTokens: "optional" }),
        [INSTANCE],
      ],
      ["all instances that were started", started(INSTANCE, OTHER_INSTANCE), [INSTANCE, OTHER_INSTANCE]],
      [
        "the instance whose role was used",
        event("ListBuckets", { userIdentity: INSTANCE_SESSION }),
        [INSTANCE],
      ],
      [
        "nothing when the call was refused",
        modified(NESTED, { errorCode: "Client.UnauthorizedOperation" }),
        [],
      ],
      [
        "nothing when the default of the Region was changed",
        { ...modified(NESTED), eventName: "ModifyInstanceMetadataDefaults" },
        [],
      ],
    ];
    for (const [title, of, expected] of ofEvents) {
      it(`names ${title}`, () =>
        assert.deepEqual(
          requireImdsv2.targets(of),
          expected.map((instanceId) => ({ instanceId })),
        ));
    }

    checkTargetsOfAnything(requireImdsv2, [
      modified(NESTED),
      started(INSTANCE, OTHER_INSTANCE),
      event("ListBuckets", { userIdentity: INSTANCE_SESSION }),
    ]);
  });

  const instance: fc.Arbitrary<WorldInstance> = fc.record({
    state: fc.constantFrom("running" as const, "stopped" as const, "terminated" as const),
    httpTokens: fc.constantFrom("required" as const, "optional" as const),
    httpEndpoint: fc.constantFrom("enabled" as const, "disabled" as const),
    interfaces: fc.constant({}),
    volumes: fc.constant([]),
    tags: fc.constant({}),
  });

  checkPlaybookLaws<ReturnType<typeof state>, Ec2World>({
    playbook: requireImdsv2,
    targets: [target({ instanceId: INSTANCE })],
    worlds: fc
      .option(instance, { freq: 8 })
      .map((found): Ec2World => ({ ...emptyEc2(), instances: found ? { [INSTANCE]: found } : {} })),
    serve: serveEc2,
    meddlings: [
      {
        title: "somebody has let it do without again",
        leaves: "everything",
        change({ instances }) {
          const found = instances[INSTANCE];
          if (found) found.httpTokens = "optional";
        },
      },
    ],
  });

  const state = (httpTokens: "required" | "optional", httpEndpoint: "enabled" | "disabled" = "enabled") => ({
    httpTokens,
    httpEndpoint,
  });

  it("has nothing to undo where it had nothing to do", () => {
    const on = target({ instanceId: INSTANCE });
    for (const before of [state("required"), state("optional", "disabled")])
      assert.deepEqual(requireImdsv2.undo(on, before, state("required"), CONTEXT), []);
  });

  it("changes nothing but the tokens, and that only where there is a metadata service", () => {
    const on = target({ instanceId: INSTANCE });
    assert.deepEqual(requireImdsv2.contain(on, state("optional"), CONTEXT), [
      {
        operation: "ec2:ModifyInstanceMetadataOptions",
        input: { InstanceId: INSTANCE, HttpTokens: "required" },
      },
    ]);
    assert.deepEqual(requireImdsv2.contain(on, state("optional", "disabled"), CONTEXT), []);
    assert.equal(requireImdsv2.words(on, state("optional")).did, `Required IMDSv2 of instance ${INSTANCE}`);
  });
});
