/** Where a long experiment keeps what it has finished, so that a run that was cut off can go on. */

/**
 * The finished rows of one phase of a run, numbers by key.
 *
 * What is kept is what a row cannot be computed without a model from; it depends on no other row.
 */
export interface KeptRows {
  /** How many are finished. */
  readonly size: number;
  /** The numbers of a finished row. */
  get(key: string): readonly number[] | undefined;
  /** Keeps a row that is finished now. */
  keep(key: string, values: ArrayLike<number>): Promise<void>;
}
