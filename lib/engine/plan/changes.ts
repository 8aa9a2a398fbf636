/** Changes in the form that the planner numbers: plain data, block by block, which can be sent to another thread. */

/** Values at some positions, and in some heads, that a run takes from another run at the same place. */
export interface Taken {
  /** The heads, ascending, from 0; absent where a value has no heads. */
  readonly heads?: readonly number[];
  /** The positions, ascending, from 0; absent for all. */
  readonly positions?: readonly number[];
  readonly from: PlannedRun;
}

export interface KnockedOut {
  /** The heads, ascending, from 0. */
  readonly heads: readonly number[];
  readonly key: number;
  /** The positions that no longer attend to it, ascending; absent for all. */
  readonly queries?: readonly number[];
  readonly renormalize: boolean;
}

/**
 * What is changed in a block: the residual stream before and after it, queries, keys, values, attention weights, heads' outputs and the
 * MLP's output, each list in the order in which the changes apply.
 */
export interface BlockChanges {
  /** The first position at which anything is changed. */
  first: number;
  before?: Taken[];
  q?: Taken[];
  k?: Taken[];
  v?: Taken[];
  knockedOut?: KnockedOut[];
  z?: Taken[];
  mlp?: Taken[];
  after?: Taken[];
}

export interface PlannedRun {
  readonly of: string;
  /** What is changed, by block; undefined where nothing is. */
  readonly blocks: readonly (BlockChanges | undefined)[];
  /** The first block in which something is changed, in this run or in a run whose values it takes; the number of blocks if nothing is. */
  readonly begin: number;
  /** The first position at which something is changed in this run; infinite if nothing is. */
  readonly first: number;
  /** The last position of a key that is not attended to; -1 if there is none. */
  readonly lastKey: number;
  /** The sentences of this run and of all runs whose values it takes. */
  readonly sentences: ReadonlySet<string>;
}
