import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { trailArn } from "../../components/trail-arn";
import { promiseOf } from "./outputs";

describe("trailArn", () => {
  for (const [partition, region] of [
    ["aws", "eu-west-1"],
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
  ] as const) {
    it(`names the partition, home Region and account in ${partition}`, async () => {
      const arn = trailArn({
        partition,
        region,
        accountId: pulumi.output("111122223333"),
        trailName: "trailkeeper-prod",
      });

      assert.equal(
        await promiseOf(arn),
        `arn:${partition}:cloudtrail:${region}:111122223333:trail/trailkeeper-prod`,
      );
    });
  }
});
