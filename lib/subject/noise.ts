/**
 * The rounding errors of what a model computes, by unit: a spread within them shows nothing.
 *
 * Towers compute in float32, whose relative rounding error is 2^-24, and no sum over a few hundred terms is exact. The bounds below
 * are a few times larger than the errors that were seen between machines and between float32 and float64, and far below any effect
 * that a reader would name.
 */

/** Attention weights and their differences, in shares: softmax weights near 1 are multiples of 6e-8, and those seen err by 5e-7. */
export const ATTENTION_NOISE = 1e-6;

/** S, d and their differences, in logits: 100 x a cosine in float32, whose last bit near 1 is 6e-6; those seen err by 3e-5. */
export const SCORE_NOISE = 1e-4;

/**
 * Whether an effect on S or d is more than chance and rounding explain: its interval excludes 0, and it is larger than
 * {@linkcode SCORE_NOISE}.
 *
 * @param effect The estimate.
 * @param interval Its bounds; without bounds nothing is known.
 */
export function isEffect(
  effect: number | undefined,
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
): boolean {
  return effect !== undefined && Math.abs(effect) > SCORE_NOISE &&
    low !== undefined && high !== undefined && (low > 0 || high < 0);
}
