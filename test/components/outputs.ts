import * as pulumi from "@pulumi/pulumi";

/** The plain value of an input, nested Outputs included. It must be known. */
export function promiseOf<T>(input: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(input).apply(resolve);
  });
}
