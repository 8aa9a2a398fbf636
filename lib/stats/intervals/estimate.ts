/** Estimates with intervals. */

/** A statistic with the bounds of its interval; values that the data do not determine are undefined. */
export interface Estimate {
  /** The statistic of all rows; undefined if no row has weight. */
  readonly estimate: number | undefined;
  /** The lower bound; undefined with too few effective clusters, of which no interval holds. */
  readonly low: number | undefined;
  /** The upper bound; undefined if the lower bound is. */
  readonly high: number | undefined;
}

/** An estimate whose interval cannot be given. */
export function withoutBounds(estimate: number | undefined): Estimate {
  return { estimate, low: undefined, high: undefined };
}

/** A number, or undefined for NaN and infinity. */
export function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Writes the values that are numbers, in their order, into an array of the same length, which may be their own. Returns the part of it that they fill. */
export function finiteOf(values: Float64Array, into: Float64Array): Float64Array {
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    into[n] = value;
    if (value - value === 0) n++; // neither NaN nor infinite
  }
  return into.subarray(0, n);
}

/** Whether a mean is known not to be 0: by its interval or, with too few clusters for one, as no two values differ in sign. */
export function isDetermined(
  { low, high }: Pick<Estimate, "low" | "high">,
  values: ArrayLike<number>,
): boolean {
  if (low !== undefined && high !== undefined) return low > 0 || high < 0;
  const all = Array.from(values);
  return all.every((value) => value >= 0) || all.every((value) => value <= 0);
}
