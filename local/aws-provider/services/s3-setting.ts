import type { S3Client } from "@aws-sdk/client-s3";
import { defineResource, type Plain, type ResourceDefinition } from "../resource";

/** A bucket's setting that one call writes whole and one call takes away. Its id is the bucket's name. */
interface BucketSetting<Args> extends Omit<
  ResourceDefinition<Args>,
  "create" | "update" | "delete" | "replaceOn" | "outputs"
> {
  readonly put: (s3: S3Client, inputs: Plain<Args>) => Promise<unknown>;
  readonly remove: (s3: S3Client, bucket: string, inputs: Plain<Args>) => Promise<unknown>;
}

/** Defines such a setting: creating and changing it is the same call. */
export function defineBucketSetting<Args extends { bucket: unknown }>({
  put,
  remove,
  ...lists
}: BucketSetting<Args>): ResourceDefinition {
  return defineResource<Args>({
    ...lists,
    replaceOn: ["bucket"],
    outputs: [],
    async create(operation) {
      await put(operation.aws.s3, operation.inputs);
      return { id: (operation.inputs as { bucket: string }).bucket };
    },
    async update(operation) {
      await put(operation.aws.s3, operation.inputs);
    },
    async delete({ id, inputs, aws }) {
      await remove(aws.s3, id, inputs);
    },
  });
}
