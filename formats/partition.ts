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
