/** One measured number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `ms`, or `x` for a ratio of two measurements of the same run. */
  readonly unit: "ms" | "x";
}
