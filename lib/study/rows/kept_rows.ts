/** Where a long experiment keeps its finished rows, so that an interrupted run can be resumed. */

/**
 * The finished rows of one phase of a run, numbers by key.
 *
 * Only numbers that need the model are kept; they depend on no other row.
 */
export interface KeptRows {
  /** How many are finished. */
  readonly size: number;
  /** The numbers of a row that an earlier, interrupted run has finished. */
  get(key: string): readonly number[] | undefined;
  /** Keeps a row that has just been finished. */
  keep(key: string, values: ArrayLike<number>): Promise<void>;
}
