import assert from "node:assert/strict";
import fc from "fast-check";
import { unshareAmi } from "../../../responses/playbooks/unshare-ami";
import { checkTargetsOfAnything } from "../arbitrary-events";
import { serveEc2 } from "../ec2-world";
import type { Ec2World } from "../ec2-world-model";
import { AwsError, fakeAws } from "../fake-aws";
import { checkPlaybookLaws } from "../playbook-laws";
import { emptyEc2 } from "./ec2-worlds";
import { event } from "./events";
import { ORGANIZATION, OWNER, PARTNER, STRANGER, UNIT, inputs, sharingMeddlings } from "./sharing-events";
import { target } from "./target";

const IMAGE = "ami-0123456789abcdef0";

function shared(added: unknown, fields: Readonly<Record<string, unknown>> = {}) {
  return event("ModifyImageAttribute", {
    eventSource: "ec2.amazonaws.com",
    requestParameters: {
      imageId: IMAGE,
      launchPermission: { add: { items: added } },
      attributeType: "launchPermission",
    },
    responseElements: { _return: true },
    ...fields,
  });
}

describe("unshare-ami", () => {
  describe("targets", () => {
    const ofEvents: [string, ReturnType<typeof event>, string | undefined][] = [
      ["accounts", shared([{ userId: STRANGER }, { userId: PARTNER }]), `${STRANGER},${PARTNER}`],
      ["everybody", shared([{ group: "all" }]), "all"],
      ["an organization", shared([{ organizationArn: ORGANIZATION }]), ORGANIZATION],
      ["an organizational unit", shared([{ organizationalUnitArn: UNIT }]), UNIT],
      ["nobody where it is the owner", shared([{ userId: OWNER }]), undefined],
      [
        "nobody where the form is wrong",
        shared([{ organizationArn: "arn:aws:iam::444455556666:root" }]),
        undefined,
      ],
      [
        "nobody where the call failed",
        shared([{ group: "all" }], { errorCode: "Client.AuthFailure" }),
        undefined,
      ],
      [
        "nobody where the description was changed",
        shared([], { requestParameters: { imageId: IMAGE, description: { value: "of 444455556666" } } }),
        undefined,
      ],
    ];
    for (const [title, of, sharedWith] of ofEvents) {
      it(`names ${title}`, () =>
        assert.deepEqual(
          unshareAmi.targets(of),
          sharedWith === undefined ? [] : [{ imageId: IMAGE, sharedWith }],
        ));
    }

    checkTargetsOfAnything(unshareAmi, [
      shared([{ userId: STRANGER }, { group: "all" }, { organizationArn: ORGANIZATION }]),
    ]);
  });

  checkPlaybookLaws({
    playbook: unshareAmi,
    targets: [
      target({ imageId: IMAGE, sharedWith: "all" }),
      target({ imageId: IMAGE, sharedWith: `${STRANGER},${ORGANIZATION},${UNIT}` }),
    ],
    worlds: fc
      .option(fc.uniqueArray(fc.constantFrom("all", STRANGER, PARTNER, ORGANIZATION, UNIT)), { freq: 8 })
      .map((sharedWith): Ec2World => ({
        ...emptyEc2(),
        images: sharedWith ? { [IMAGE]: { sharedWith } } : {},
      })),
    serve: serveEc2,
    meddlings: sharingMeddlings<Ec2World>(({ images }) => images[IMAGE]?.sharedWith),
  });

  it("takes it from nobody but those whom the event named, each by its kind", () => {
    const named = target({ imageId: IMAGE, sharedWith: [STRANGER, ORGANIZATION, UNIT, "all"].join(",") });
    assert.deepEqual(inputs(unshareAmi, named, ["all", UNIT, ORGANIZATION, STRANGER, PARTNER]), [
      {
        ImageId: IMAGE,
        LaunchPermission: {
          Remove: [
            { Group: "all" },
            { UserId: STRANGER },
            { OrganizationArn: ORGANIZATION },
            { OrganizationalUnitArn: UNIT },
          ],
        },
      },
    ]);
  });

  it("finds nothing when the image is deregistered", async () => {
    const { call } = fakeAws({
      "ec2:DescribeImageAttribute": () => {
        throw new AwsError("InvalidAMIID.Unavailable", "The image ID is no longer available");
      },
    });
    assert.equal(await unshareAmi.read(target({ imageId: IMAGE, sharedWith: "all" }), call), undefined);
  });
});
