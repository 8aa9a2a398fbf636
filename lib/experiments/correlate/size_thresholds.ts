/** The sizes that subjects must exceed in size_accuracy.csv. */

/** The paper's thresholds, as shares of the image (Quantmeyer et al. 2024, section 6). */
const PUBLISHED = [0, 0.05, 0.1, 0.2];

/** The paper's thresholds are used if at least this share of the subjects exceeds the largest. */
const LEAST_SHARE = 0.1;

/** The shares of subjects that do not exceed the thresholds of other data. */
const QUANTILES = [0.25, 0.5, 0.75];

/**
 * Chooses the thresholds: the paper's, if at least a tenth of the subjects is larger than its largest; otherwise 0 and the quartiles of
 * the data's sizes, to two significant digits.
 *
 * @param sizes The subjects' sizes as shares of the image.
 * @returns Different thresholds in ascending order; some subject exceeds each of those from the data.
 */
export function sizeThresholds(sizes: readonly number[]): number[] {
  const largest = PUBLISHED.at(-1)!;
  const exceeding = sizes.filter((size) => size > largest).length;
  if (sizes.length === 0 || exceeding >= LEAST_SHARE * sizes.length) return PUBLISHED;
  const ascending = sizes.toSorted((a, b) => a - b);
  const quartiles = QUANTILES.map((share) =>
    Number(ascending[Math.ceil(share * ascending.length) - 1]!.toPrecision(2))
  );
  const most = ascending.at(-1)!;
  return [0, ...new Set(quartiles)].filter((size, i) => i === 0 || size > 0 && size < most);
}
