import * as pulumi from "@pulumi/pulumi";

/** What a trail's ARN is made of. */
export interface TrailArnArgs {
  readonly partition: string;
  /** Home region of the trail. */
  readonly region: string;
  /** Account that owns the trail: the management account for an organization trail, also where a delegated administrator makes it. */
  readonly accountId: pulumi.Input<string>;
  readonly trailName: string;
}

/**
 * The ARN that a trail will have. The archive's bucket and key policies name the trail before it exists, so it is
 * computed and not read from the resource.
 */
export function trailArn({ partition, region, accountId, trailName }: TrailArnArgs): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition}:cloudtrail:${region}:${accountId}:trail/${trailName}`;
}
