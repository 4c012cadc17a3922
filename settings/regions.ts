/**
 * Regions where CloudTrail records console sign-ins and the calls of global services (IAM, STS's global endpoint),
 * whatever region a stack is in. CloudTrail User Guide, "AWS Management Console sign-in events": root signs in through
 * us-east-1, us-east-2 or us-west-2, IAM users through us-east-1, or with an account alias cookie through us-east-2,
 * eu-north-1 or ap-southeast-2. In China and GovCloud it is the region of the partition's global services.
 */
const SIGN_IN_REGIONS: Readonly<Record<string, readonly string[]>> = {
  aws: ["us-east-1", "us-east-2", "us-west-2", "eu-north-1", "ap-southeast-2"],
  "aws-cn": ["cn-north-1"],
  "aws-us-gov": ["us-gov-west-1"],
};

/** The sign-in regions of a partition; none for the partitions AWS publishes nothing about. */
export function signInRegions(partition: string): readonly string[] {
  return SIGN_IN_REGIONS[partition] ?? [];
}
