/** Adjustment of p-values for multiple tests. */

import { NegscopeError } from "../../errors.ts";

/**
 * Adjusts p-values so that rejecting every `q <= alpha` keeps the expected share of false discoveries at or below `alpha`.
 *
 * The step-up procedure of Benjamini and Hochberg (1995), valid for independent or positively dependent tests. An empty
 * input gives an empty output.
 *
 * @param pValues One p-value per test, each in [0, 1], in any order; undefined for a test that could not be made, which is not
 * counted.
 * @returns The adjusted values (q-values) in the order of the input, each in [0, 1] and never below its p-value; undefined if the
 * p-value is.
 * @throws {NegscopeError} If a p-value is outside [0, 1] or not a number.
 *
 * @example Ties after adjustment
 * ```ts
 * import { falseDiscoveryRate } from "negscope/stats";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(falseDiscoveryRate([0.25, 0.5, 0.125]), [0.375, 0.5, 0.375]);
 * ```
 */
export function falseDiscoveryRate(pValues: readonly number[]): number[];
/** Adjusts p-values if some tests could not be made. */
export function falseDiscoveryRate(
  pValues: readonly (number | undefined)[],
): (number | undefined)[];
export function falseDiscoveryRate(
  pValues: readonly (number | undefined)[],
): (number | undefined)[] {
  const invalid = pValues.findIndex((p) => p !== undefined && !(p >= 0 && p <= 1));
  if (invalid >= 0) {
    throw new NegscopeError("value-wrong", {
      problem: "Cannot adjust p-values as each must be in [0, 1]",
      subject: pValues[invalid]!,
      reason: `value ${invalid} is ${pValues[invalid]}`,
      fix: "leave a missing one undefined",
    });
  }
  const falling = pValues
    .flatMap((p, index) => p === undefined ? [] : [{ p, index }])
    .sort((a, b) => b.p - a.p);
  const adjusted = pValues.map((): number | undefined => undefined);
  let smallest = 1;
  falling.forEach(({ p, index }, fromLargest) => {
    const rank = falling.length - fromLargest;
    smallest = Math.min(smallest, (p * falling.length) / rank); // q must not fall as p rises
    adjusted[index] = smallest;
  });
  return adjusted;
}
