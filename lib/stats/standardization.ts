/** Columns shifted and scaled to mean 0 and standard deviation 1, as scikit-learn's `StandardScaler` does. */

/** How vectors are standardised. */
export interface Standardization {
  /** The mean of every column, [width]. */
  readonly mean: Float64Array;
  /** The population standard deviation of every column, [width]; 1 where all rows are equal. */
  readonly deviation: Float64Array;
  /** A vector with every column standardised, [width]. */
  readonly apply: (vector: ArrayLike<number>) => Float64Array;
}

/**
 * Measures how to standardise vectors such as these.
 *
 * @param rows The vectors, at least one, all of the same width.
 */
export function standardization(rows: readonly ArrayLike<number>[]): Standardization {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i]! += row[i]! / rows.length;
  }
  const deviation = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    const first = rows[0]![i]!;
    if (rows.every((row) => row[i] === first)) { // its rounded mean may differ from it
      [mean[i], deviation[i]] = [first, 1];
      continue;
    }
    let squares = 0;
    for (const row of rows) squares += (row[i]! - mean[i]!) ** 2;
    deviation[i] = Math.sqrt(squares / rows.length);
  }
  const apply = (vector: ArrayLike<number>) =>
    Float64Array.from(mean, (own, i) => (vector[i]! - own) / deviation[i]!);
  return { mean, deviation, apply };
}
