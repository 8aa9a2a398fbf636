/** Prediction intervals: where one more value from the same distribution would lie. */

// @ts-types="../jstat.d.ts"
import jstat from "jstat";
import type { Estimate } from "./bootstrap.ts";

/** With so many values of its own, a class has a spread of its own. */
const FEW = 10;

/**
 * Student's prediction intervals for one more value of each class of values, which hold at once for a number of new values
 * (Bonferroni). Values of a class are taken to be normal and independent. A class of fewer than ten values has the spread of all
 * classes together around their means.
 *
 * @param classes The values of each class.
 * @param options The number of new values, and the share of data sets in which all lie within their intervals. @default {level 0.95}
 * @returns The mean of each class and its interval; without bounds if no class has two values, empty for a class without values.
 */
export function predictionIntervals(
  classes: readonly (readonly number[])[],
  { values: count, level = 0.95 }: { readonly values: number; readonly level?: number },
): Estimate[] {
  const squaresOf = classes.map(squares);
  const freeOf = classes.map(({ length }) => Math.max(length - 1, 0));
  const pooled = { squares: sum(squaresOf), free: sum(freeOf) };
  return classes.map((values, i) => {
    const { length: n } = values;
    if (n === 0) return { estimate: undefined, low: undefined, high: undefined };
    const { squares, free } = n < FEW ? pooled : { squares: squaresOf[i]!, free: freeOf[i]! };
    const estimate = sum(values) / n;
    if (free === 0) return { estimate, low: undefined, high: undefined };
    const t = -jstat.studentt.inv((1 - level) / 2 / count, free);
    const reach = t * Math.sqrt(squares / free * (1 + 1 / n));
    return { estimate, low: estimate - reach, high: estimate + reach };
  });
}

/** The sum of squared deviations from the mean. */
function squares(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
