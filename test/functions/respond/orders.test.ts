import assert from "node:assert/strict";
import { OrderMessageError, readOrders } from "../../../functions/respond/orders";
import { exampleAlert } from "../notify/example-alert";
import { ACCOUNT, askingAlert, KEY_ID, message } from "./example-message";

const STACK = { accountId: ACCOUNT, partition: "aws" };

describe("readOrders", () => {
  it("makes an order of a playbook, a target, the alert and who did it", () => {
    const [order, ...others] = readOrders(message(askingAlert()), STACK);

    assert.deepEqual(others, []);
    assert.deepEqual(order, {
      playbook: "deactivate-access-key",
      target: {
        partition: "aws",
        accountId: ACCOUNT,
        region: "eu-west-1",
        ids: { accessKeyId: KEY_ID, userName: "backup" },
      },
      alert: {
        id: "0f3a9c1d2e4b5a69788796a5b4c3d2e1",
        ruleId: "5d2c1f7e-9f0a-4f6e-8a57-0c2b7b7d5c11",
        ruleTitle: "Access key created for another user",
        level: "high",
        summary: "Role deploy created an access key for the user backup.",
        eventTime: "2026-03-04T05:06:09Z",
      },
      actor: {
        name: "deploy/alice",
        type: "AssumedRole",
        arn: "arn:aws:sts::111122223333:assumed-role/deploy/alice",
        sessionIssuerArn: "arn:aws:iam::111122223333:role/deploy",
        accountId: ACCOUNT,
      },
    });
  });

  it("makes one for each playbook and target, in their order, and leaves restoring the trail to another function", () => {
    const responses = [
      { playbook: "restore-trail", targets: [] },
      { playbook: "unshare-ami", targets: [{ imageId: "ami-1" }, { imageId: "ami-2" }] },
      { playbook: "quarantine-user", targets: [{ userName: "bob" }] },
    ];

    const orders = readOrders(message(askingAlert({ responses })), STACK);

    assert.deepEqual(
      orders.map(({ playbook, target }) => [playbook, target.ids]),
      [
        ["unshare-ami", { imageId: "ami-1" }],
        ["unshare-ami", { imageId: "ami-2" }],
        ["quarantine-user", { userName: "bob" }],
      ],
    );
  });

  it("reads repeats within the quiet period as well", () => {
    const repeat = message(askingAlert({ repeatOf: "first" }), { "detail-type": "Repeat" });

    assert.equal(readOrders(repeat, STACK).length, 1);
  });

  it("makes none of an alert that asks for nothing", () => {
    assert.deepEqual(readOrders(message(exampleAlert()), STACK), []);
  });

  it("takes the account and region from where it happened, also when that is another account", () => {
    const where = { accountId: "444455556666", region: "us-gov-west-1" };
    const stack = { accountId: ACCOUNT, partition: "aws-us-gov" };

    const [order] = readOrders(message(askingAlert({ where })), stack);

    assert.deepEqual(order?.target, { ...where, partition: "aws-us-gov", ids: order?.target.ids });
  });

  it("cuts a summary that would not fit into a record", () => {
    const [order] = readOrders(message(askingAlert({ summary: "s".repeat(100_000) })), STACK);

    assert.equal(order?.alert.summary.length, 2_000);
  });

  const asks = (playbook: unknown, targets: unknown) =>
    message({ ...askingAlert(), responses: [{ playbook, targets }] });
  const cases: readonly [string, string, RegExp][] = [
    ["no JSON", "{AKIASECRET", /not JSON/],
    ["JSON that is no object", "[1]", /event: /],
    ["an event of another source", message(askingAlert(), { source: "aws.iam" }), /source: /],
    ["an outcome of a response", message(askingAlert(), { "detail-type": "Response" }), /detail-type: /],
    ["another account's event", message(askingAlert(), { account: "999988887777" }), /account: /],
    ["an event without an account", message(askingAlert(), { account: undefined }), /account: /],
    ["an alert without an id", message({ ...askingAlert(), id: undefined }), /detail\.id: /],
    [
      "an account of eleven digits",
      message(askingAlert({ where: { accountId: "11112222333", region: "eu-west-1" } })),
      /where\.accountId: /,
    ],
    [
      "a region that is none",
      message(askingAlert({ where: { accountId: ACCOUNT, region: "evil-example-com" } })),
      /where\.region: /,
    ],
    [
      "a region that names a host",
      message(askingAlert({ where: { accountId: ACCOUNT, region: "evil.example.com/" } })),
      /where\.region: /,
    ],
    [
      "a region of another partition",
      message(askingAlert({ where: { accountId: ACCOUNT, region: "cn-north-1" } })),
      /where\.region: is no region of partition aws/,
    ],
    ["an unknown playbook", asks("delete-everything", [{ userName: "bob" }]), /responses\.0\.playbook/],
    ["a playbook by an inherited name", asks("constructor", [{ userName: "bob" }]), /responses\.0\.playbook/],
    ["ids that are no texts", asks("quarantine-user", [{ userName: { $ne: "" } }]), /targets\.0/],
    ["an id of many characters", asks("quarantine-user", [{ userName: "b".repeat(3_000) }]), /targets\.0/],
    [
      "many targets",
      asks(
        "quarantine-user",
        Array.from({ length: 21 }, () => ({ userName: "bob" })),
      ),
      /targets/,
    ],
  ];
  for (const [what, body, problem] of cases)
    it(`refuses ${what}, names what is wrong and quotes nothing`, () => {
      assert.throws(
        () => readOrders(body, STACK),
        (error: Error) => {
          assert.ok(error instanceof OrderMessageError);
          assert.match(error.message, problem);
          assert.doesNotMatch(error.message, /AKIA|bob|evil|9999|delete-everything/);
          return true;
        },
      );
    });

  it("makes no order at all when one of several playbooks is unknown", () => {
    const responses = [
      { playbook: "quarantine-user", targets: [{ userName: "bob" }] },
      { playbook: "unheard-of", targets: [] },
    ];

    assert.throws(() => readOrders(message(askingAlert({ responses })), STACK), /responses\.1\.playbook/);
  });
});
