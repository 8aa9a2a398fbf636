/** Quantiles of sorted values. */

/**
 * The quantile at a share, interpolated linearly between neighbours.
 *
 * @returns Undefined if there is no value.
 */
export function quantile(sorted: Float64Array, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? undefined : low + (place - below) * (high - low);
}
