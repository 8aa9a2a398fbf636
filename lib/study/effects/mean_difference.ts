/** The direction in which pairs of vectors differ. */

/** The vectors of a pair's sentences at one layer, [width] each. */
export interface PairVectors {
  readonly negated: ArrayLike<number>;
  readonly affirmative: ArrayLike<number>;
}

/** The mean difference of pairs, negated minus affirmative. */
export function meanDifference(pairs: readonly PairVectors[]): Float64Array {
  const [first] = pairs;
  const sum = new Float64Array(first!.negated.length);
  for (const { negated, affirmative } of pairs) {
    sum.forEach((_, i) => sum[i]! += negated[i]! - affirmative[i]!);
  }
  return sum.map((value) => value / pairs.length);
}
