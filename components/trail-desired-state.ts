import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DesiredTrail } from "../functions/restore/desired";

/** The inputs of a trail that say what it is to be. */
export interface DesiredTrailArgs {
  readonly arn: pulumi.Input<string>;
  readonly bucketName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly cloudWatchLogsGroupArn: pulumi.Input<string>;
  readonly cloudWatchLogsRoleArn: pulumi.Input<string>;
  readonly isOrganizationTrail: boolean;
  readonly advancedEventSelectors: pulumi.Input<aws.types.input.cloudtrail.TrailAdvancedEventSelector[]>;
  readonly insightTypes: readonly DesiredTrail["insightTypes"][number][];
}

/** What CloudTrail's API is to say of a trail that an `AuditTrail` has made of these inputs. */
export function desiredTrail(args: DesiredTrailArgs): pulumi.Output<DesiredTrail> {
  const { isOrganizationTrail, insightTypes } = args;
  return pulumi
    .all([
      args.arn,
      args.bucketName,
      args.keyArn,
      args.cloudWatchLogsGroupArn,
      args.cloudWatchLogsRoleArn,
      pulumi.output(args.advancedEventSelectors),
    ])
    .apply(([arn, S3BucketName, KmsKeyId, CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn, selectors]) => ({
      arn,
      settings: {
        S3BucketName,
        S3KeyPrefix: "",
        KmsKeyId,
        CloudWatchLogsLogGroupArn,
        CloudWatchLogsRoleArn,
        IncludeGlobalServiceEvents: true,
        IsMultiRegionTrail: true,
        IsOrganizationTrail: isOrganizationTrail,
        EnableLogFileValidation: true,
      },
      advancedEventSelectors: selectors.map(({ name, fieldSelectors }) => ({
        Name: name,
        FieldSelectors: fieldSelectors.map((selector) => ({
          Field: selector.field,
          Equals: selector.equals,
          StartsWith: selector.startsWiths,
          EndsWith: selector.endsWiths,
          NotEquals: selector.notEquals,
          NotStartsWith: selector.notStartsWiths,
          NotEndsWith: selector.notEndsWiths,
        })),
      })),
      insightTypes: [...insightTypes],
    }));
}
