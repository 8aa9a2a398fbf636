/**
 * The rounding errors of what a model computes, by unit: a spread within them shows nothing.
 *
 * Towers compute in float32, whose relative rounding error is 2^-24 = 6e-8, over sums of hundreds of terms.
 */

/**
 * Vectors of the residual stream, as a share of their length: their entries are sums over blocks, and each block adds the rounding
 * errors of its own sums.
 */
export const RESIDUAL_NOISE = 1e-5;

/**
 * Whether two vectors of the residual stream differ by more than rounding: by more than {@linkcode RESIDUAL_NOISE} of the second's length.
 *
 * @param vector One run's, [width].
 * @param other The other run's at the same place, [width].
 */
export function residualsDiffer(vector: Float32Array, other: Float32Array): boolean {
  const change = vector.map((value, i) => value - other[i]!);
  return Math.hypot(...change) > RESIDUAL_NOISE * Math.hypot(...other);
}

/**
 * Attention weights and their differences, in shares. A weight near 1 is a multiple of 6e-8, and the difference of two of them errs by
 * some of these: heads without any attention to the negator have differences of up to 5e-7.
 */
export const ATTENTION_NOISE = 1e-6;

/**
 * S, d and their differences, in logits. An error of 1e-6 of an embedding's length is 1e-4 in S, which is 100 x a cosine; the tests
 * compare scores with those in float64, and of other batches, within this.
 */
export const SCORE_NOISE = 1e-4;

/** The least absolute effect on d, in logits, that summaries name: a hundredth of what separates ambiguous rows from correct ones. */
export const LEAST_NAMED = 0.01;

/**
 * The effects on d that a summary names, of either sign, the largest first.
 *
 * @param rows Mean effects with their intervals.
 */
export function largestNamed<
  Row extends {
    readonly mean_effect?: number | undefined;
    readonly low?: number | undefined;
    readonly high?: number | undefined;
  },
>(rows: readonly Row[]): Row[] {
  return rows.filter((row) => isNamed(row.mean_effect, row))
    .sort((a, b) => Math.abs(b.mean_effect!) - Math.abs(a.mean_effect!));
}

/**
 * Whether a summary names an effect on d: it is at least {@linkcode LEAST_NAMED}, of either sign, and its interval excludes 0.
 *
 * @param effect The estimate.
 * @param interval Its bounds; without bounds nothing is known.
 */
export function isNamed(
  effect: number | undefined,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
): boolean {
  return effect !== undefined && Math.abs(effect) >= LEAST_NAMED &&
    low !== undefined && high !== undefined && (low > 0 || high < 0);
}
