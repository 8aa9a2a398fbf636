/** How many equal clusters would say as much as those of the data, and whether these are enough. */

/**
 * The fewest effective clusters for which intervals and p-values are given. With 6 of them, intervals of skewed means contain the truth in
 * .88 of data sets instead of .95, and a test whose smaller group varies more rejects .12 instead of .05 (docs/statistics.md).
 */
export const FEWEST_CLUSTERS = 9;

/** Sums of equal weights may miss a whole number by their rounding. */
const ROUNDING = 1e-9;

/**
 * The number of equal clusters with as much information as these, (sum of weights)^2 / (sum of squared weights).
 *
 * @param weights What each cluster contributes to a statistic, such as its number of rows; negative weights count as positive.
 * @returns From 1 to the number of clusters with weight: about 4 for one cluster of 44 rows and 44 clusters of one row; 0 if none has
 * weight.
 */
export function effectiveClusters(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let cluster = 0; cluster < weights.length; cluster++) {
    const weight = Math.abs(weights[cluster]!);
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : sum / squares * sum;
}

/** Whether an interval or a p-value can be given. */
export function areEnough(clusters: number): boolean {
  return clusters >= FEWEST_CLUSTERS - ROUNDING;
}
