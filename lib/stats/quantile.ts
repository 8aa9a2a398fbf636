/** Means, medians and quantiles, without intervals. */

/** The quantile at a share, interpolated linearly between neighbours. Undefined if there is no value. */
export function quantile(sorted: Float64Array, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? undefined : low + (place - below) * (high - low);
}

/** The arithmetic mean; undefined if there is no value. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** The middle value, or the mean of the two in the middle; undefined if there is no value. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
