/** Means, medians and quantiles, without intervals. */

/** The quantile at a share, interpolated linearly between neighbours. Undefined if there is no value. */
export function quantile(sorted: Float64Array, share: number): number | undefined {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below];
  const high = sorted[Math.ceil(place)];
  return low === undefined || high === undefined ? undefined : low + (place - below) * (high - low);
}

/** The quantiles at some rising shares, in the time of a few passes instead of that of sorting; the values are put into another order. */
export function quantiles(
  values: Float64Array,
  shares: readonly number[],
): (number | undefined)[] {
  let from = 0; // the values before it are no greater than those from it on
  return shares.map((share) => {
    if (values.length === 0) return undefined;
    const place = share * (values.length - 1);
    const below = Math.floor(place);
    select(values, below, from);
    from = below;
    const low = values[below]!;
    if (place === below) return low;
    let high = values[below + 1]!;
    for (let i = below + 2; i < values.length; i++) if (values[i]! < high) high = values[i]!;
    return low + (place - below) * (high - low);
  });
}

/** Puts the values from `from` on into an order in which `place` has what sorting puts there, between the smaller and the greater ones (Hoare 1961). */
function select(values: Float64Array, place: number, from: number): void {
  let to = values.length - 1;
  while (from < to) {
    const pivot = values[place]!;
    let [left, right] = [from, to];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (pivot < values[right]!) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (right < place) from = left;
    if (place < left) to = right;
  }
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
