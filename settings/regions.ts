const DIRECTION = "(?:north|south|east|west|central|northeast|northwest|southeast|southwest)";

/** How each partition names its regions: the partition table that the AWS SDKs share, with the direction words spelled out. */
const PARTITIONS: readonly { readonly id: string; readonly region: RegExp }[] = [
  { id: "aws", region: new RegExp(`^(?:us|eu|ap|sa|ca|me|af|il|mx)-${DIRECTION}-\\d$`) },
  { id: "aws-cn", region: new RegExp(`^cn-${DIRECTION}-\\d$`) },
  { id: "aws-us-gov", region: new RegExp(`^us-gov-${DIRECTION}-\\d$`) },
  { id: "aws-iso", region: new RegExp(`^us-iso-${DIRECTION}-\\d$`) },
  { id: "aws-iso-b", region: new RegExp(`^us-isob-${DIRECTION}-\\d$`) },
  { id: "aws-iso-e", region: new RegExp(`^eu-isoe-${DIRECTION}-\\d$`) },
  { id: "aws-iso-f", region: new RegExp(`^us-isof-${DIRECTION}-\\d$`) },
  { id: "aws-eusc", region: new RegExp(`^eusc-de-${DIRECTION}-\\d$`) },
];

/** The partition a region belongs to, or `undefined` when the text has no region's form. */
export function partitionOf(region: string): string | undefined {
  return PARTITIONS.find((partition) => partition.region.test(region))?.id;
}

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
