/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `x` is the ratio of two measurements of the same run. */
  readonly unit: "ms" | "x" | "events/s" | "MB";
}
