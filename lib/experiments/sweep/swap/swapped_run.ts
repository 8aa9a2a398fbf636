/** A run of a sentence in which chosen nodes take the values that they have in the other sentence of the pair. */

import type { AlignedPair } from "../../../subject/prepare.ts";
import type { Node } from "../../nodes/node.ts";

/** A run with swapped nodes. */
export interface SwappedRun {
  /** The sentence that runs; the values come from the other one. */
  readonly sentence: "negated" | "affirmative";
  /** The nodes that take the other run's values. */
  readonly nodes: readonly Node[];
  /** The only position at which they do, from 0. @default {all positions} */
  readonly position?: number;
}

/** A pair with its runs. */
export interface SwapPair {
  /** A minimal pair. */
  readonly pair: AlignedPair;
  /** The runs. */
  readonly runs: readonly SwappedRun[];
}

/** The result of a run with swapped nodes. */
export interface SwapResult {
  /** The pair's index in the given list. */
  readonly index: number;
  /** The run's index among those of the pair. */
  readonly run: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
}
