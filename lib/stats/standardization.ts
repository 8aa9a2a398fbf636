/** Columns shifted and scaled to mean 0 and standard deviation 1, as scikit-learn's `StandardScaler` does. */

/** How vectors are standardised. */
export interface Standardization {
  /** The mean of every column, [width]. */
  readonly mean: Float64Array;
  /** The population standard deviation of every column, [width]; 1 where the rows differ by rounding errors at most. */
  readonly deviation: Float64Array;
  /** A vector with every column standardised, [width]. */
  readonly apply: (vector: ArrayLike<number>) => Float64Array;
}

/** Columns whose deviation is less, as a share of the largest column's or of a typical value, differ by the rounding errors of float32. */
const ROUNDING = { ofLargest: 1e-4, ofValues: 1e-5 } as const;

/**
 * Measures how to standardise vectors such as these.
 *
 * Columns that differ by rounding errors alone are shifted and not scaled: scaled, their errors would weigh as much as everything else.
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
  let squaredValues = 0;
  for (let i = 0; i < width; i++) {
    const first = rows[0]![i]!;
    if (rows.every((row) => row[i] === first)) mean[i] = first; // its rounded mean may differ from it
    let squares = 0;
    for (const row of rows) {
      squares += (row[i]! - mean[i]!) ** 2;
      squaredValues += row[i]! ** 2;
    }
    deviation[i] = Math.sqrt(squares / rows.length);
  }
  const typical = Math.sqrt(squaredValues / (rows.length * width));
  const largest = deviation.reduce((most, own) => Math.max(most, own), 0);
  const least = Math.max(ROUNDING.ofLargest * largest, ROUNDING.ofValues * typical);
  deviation.forEach((own, i) => {
    if (own <= least) deviation[i] = 1;
  });
  const apply = (vector: ArrayLike<number>) =>
    Float64Array.from(mean, (own, i) => (vector[i]! - own) / deviation[i]!);
  return { mean, deviation, apply };
}
