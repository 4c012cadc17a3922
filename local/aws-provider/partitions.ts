/** What the provider knows of a partition (`@pulumi/aws` `getPartition`). */
export interface Partition {
  readonly name: string;
  readonly dnsSuffix: string;
  readonly reverseDnsPrefix: string;
}

const PARTITIONS: readonly (Partition & { readonly regions: RegExp })[] = [
  { regions: /^cn-/, name: "aws-cn", dnsSuffix: "amazonaws.com.cn", reverseDnsPrefix: "cn.com.amazonaws" },
  { regions: /^us-gov-/, name: "aws-us-gov", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" },
];

const COMMERCIAL: Partition = {
  name: "aws",
  dnsSuffix: "amazonaws.com",
  reverseDnsPrefix: "com.amazonaws",
};

/** The partition that a region belongs to. */
export function partitionFor(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region)) ?? COMMERCIAL;
}

/** The partition's name, as ARNs carry it. */
export function partitionOf(region: string): string {
  return partitionFor(region).name;
}
