/** Floating-point operations of a block's matrix products; a multiplication and an addition are two. */

export interface RowSizes {
  readonly width: number;
  /** Neurons of an MLP's hidden layer. */
  readonly mlpWidth: number;
}

/** Operations for one query, key or value: that of all heads from a row. */
export function vectorOperations({ width }: RowSizes): number {
  return 2 * width ** 2;
}

/** Operations for one query and one key that it sees, in all heads: a score, and a value mixed in. */
export function attentionOperations({ width }: RowSizes): number {
  return 4 * width;
}

/** Operations for the attention's output of a row. */
export function outputOperations({ width }: RowSizes): number {
  return 2 * width ** 2;
}

/** Operations for the MLP's output of a row. */
export function mlpOperations({ width, mlpWidth }: RowSizes): number {
  return 4 * width * mlpWidth;
}
