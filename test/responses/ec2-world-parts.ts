import type { Filter, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { Ec2World } from "./ec2-world-model";
import { AwsError } from "./fake-aws";

/** A new id of a kind: `sg`, `sgr`, `snap`. */
export function newId(world: Ec2World, prefix: string): string {
  return `${prefix}-${String(world.next++).padStart(17, "0")}`;
}

export function tagList(tags: Readonly<Record<string, string>> = {}): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags that a call gives what it makes of a type. */
export function tagsGiven(
  specifications: readonly TagSpecification[] | undefined,
  type: TagSpecification["ResourceType"],
): Record<string, string> {
  const tags = (specifications ?? []).flatMap(({ ResourceType, Tags = [] }) =>
    ResourceType === type ? Tags : [],
  );
  if (tags.some(({ Key }) => Key?.startsWith("aws:"))) throw new AwsError("InvalidParameterValue");
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Whether something with these properties passes all filters; a filter on anything else fails the test. */
export function passes(
  filters: readonly Filter[] | undefined,
  properties: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>> = {},
): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    const tag = /^tag:(.+)$/s.exec(Name)?.[1];
    if (tag === undefined && !Object.hasOwn(properties, Name))
      throw new Error(`the made-up EC2 has no filter ${Name}`);
    const value = tag === undefined ? properties[Name] : tags[tag];
    return value !== undefined && Values.includes(value);
  });
}

/** One item a page. */
export function pageOf<Item>(
  items: readonly Item[],
  token: string | undefined,
): { readonly items: Item[]; readonly NextToken?: string } {
  const at = Number(token ?? 0);
  return { items: items.slice(at, at + 1), ...(at + 1 < items.length && { NextToken: String(at + 1) }) };
}
