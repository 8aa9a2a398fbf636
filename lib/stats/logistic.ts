/** Logistic regression with an L2 penalty, as scikit-learn's `LogisticRegression(fit_intercept=False)` defines it with C = 1. */

import { NegscopeError } from "../errors/errors.ts";
import { checkFinite, checkLength, innerProduct } from "./columns.ts";
import type { Steps } from "./steps.ts";

/** The accuracy of a fit: the gradient's length as a share of the largest that it can have without any weights. */
const ACCURACY = 1e-12;

/** The share by which a step must lower the loss of its linear approximation (Armijo's rule). */
const SUFFICIENT = 1e-4;
const ROUNDING = 1e-14; // rounding error of a loss, as a share of it

/**
 * Fits weights w that minimise |w|² / 2 + sum of log(1 + exp(-y x·w)) over rows, with y = 1 where the label is true and -1 elsewhere.
 * There is no intercept. In steps, since hundreds of rows of a model's width take a tenth of a second, many more take long.
 *
 * The minimum is unique, and the distance to it is at most the length of the gradient. Newton's method solves for each step by
 * conjugate gradients, so that no matrix of width x width is made.
 *
 * @param rows The inputs, each of the same width; `standardization` prepares them.
 * @returns The weights, [width]; a row is predicted true if its product with them is above 0.
 */
export function* logisticSteps(
  rows: readonly ArrayLike<number>[],
  labels: readonly boolean[],
): Steps<Float64Array> {
  const signed = signedRows(rows, labels);
  let weights = new Float64Array(signed.width);
  let now = lossAt(signed, weights);
  const enough = ACCURACY * greatestGradient(signed);
  while (length(now.gradient) > enough) {
    yield;
    const step = newtonStep(signed, now);
    const slope = innerProduct(now.gradient, step);
    const rounding = ROUNDING * now.loss; // near the minimum it hides what a step gains
    let tried = weights.map((weight, i) => weight + step[i]!);
    let next = lossAt(signed, tried);
    for (let share = 1; next.loss > now.loss + share * SUFFICIENT * slope + rounding;) {
      share /= 2;
      tried = weights.map((weight, i) => weight + share * step[i]!);
      next = lossAt(signed, tried);
    }
    if (next.loss >= now.loss && length(next.gradient) >= length(now.gradient)) break; // float64 goes no further
    [weights, now] = [tried, next];
  }
  return weights;
}

/** Rows multiplied by 1 or -1 for their labels, so that every label is true: [count, width]. */
interface SignedRows {
  readonly count: number;
  readonly width: number;
  readonly values: Float64Array;
}

function signedRows(
  rows: readonly ArrayLike<number>[],
  labels: readonly boolean[],
): SignedRows {
  checkLength("labels", labels, rows.length);
  const width = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * width);
  for (const [row, own] of rows.entries()) {
    if (own.length !== width) {
      throw new NegscopeError("sizes-differ", {
        problem: `Cannot fit row ${row} with ${own.length} values beside rows with ${width}`,
        subject: own.length,
        expected: "rows of one width",
      });
    }
    checkFinite(own, `the values of row ${row}`);
    for (let i = 0; i < width; i++) values[row * width + i] = labels[row] ? own[i]! : -own[i]!;
  }
  return { count: rows.length, width, values };
}

/** The loss, its gradient [width], and the second derivative of each row's loss by its margin [count]. */
function lossAt(signed: SignedRows, weights: Float64Array) {
  const margins = times(signed, weights);
  const slopes = new Float64Array(signed.count);
  const curvature = new Float64Array(signed.count);
  let loss = innerProduct(weights, weights) / 2;
  for (let row = 0; row < signed.count; row++) {
    const margin = margins[row]!;
    const small = Math.exp(-Math.abs(margin)); // does not overflow
    const wrong = (margin > 0 ? small : 1) / (1 + small); // the probability of the other label
    loss += Math.max(0, -margin) + Math.log1p(small);
    slopes[row] = -wrong;
    curvature[row] = wrong * (1 - wrong);
  }
  const gradient = timesTransposed(signed, slopes);
  for (let i = 0; i < gradient.length; i++) gradient[i]! += weights[i]!;
  return { loss, gradient, curvature };
}

/** Solves (I + X' D X) step = -gradient by conjugate gradients, the more precisely the shorter the gradient is. */
function newtonStep(signed: SignedRows, { gradient, curvature }: ReturnType<typeof lossAt>) {
  const step = new Float64Array(signed.width);
  const residual = gradient.map((value) => -value);
  const direction = residual.slice();
  let square = innerProduct(residual, residual);
  const scale = Math.sqrt(square);
  const enough = (scale * Math.min(0.1, Math.sqrt(scale))) ** 2;
  for (let i = 0; i < 2 * signed.width && square > enough; i++) {
    const margins = times(signed, direction);
    for (let row = 0; row < margins.length; row++) margins[row]! *= curvature[row]!;
    const curved = timesTransposed(signed, margins);
    for (let k = 0; k < curved.length; k++) curved[k]! += direction[k]!;
    const share = square / innerProduct(direction, curved);
    for (let k = 0; k < step.length; k++) {
      step[k]! += share * direction[k]!;
      residual[k]! -= share * curved[k]!;
    }
    const before = square;
    square = innerProduct(residual, residual);
    for (let k = 0; k < step.length; k++) {
      direction[k] = residual[k]! + square / before * direction[k]!;
    }
  }
  return step;
}

/** A bound for the gradient's length where all weights are 0: half the sum of the rows' lengths. */
function greatestGradient({ count, width, values }: SignedRows): number {
  let sum = 0;
  for (let row = 0; row < count; row++) {
    sum += length(values.subarray(row * width, (row + 1) * width));
  }
  return sum / 2;
}

/** X v, [count]. */
function times({ count, width, values }: SignedRows, vector: Float64Array): Float64Array {
  const made = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += values[at++]! * vector[i]!;
    made[row] = sum;
  }
  return made;
}

/** X' v, [width]. */
function timesTransposed({ count, width, values }: SignedRows, vector: Float64Array): Float64Array {
  const made = new Float64Array(width);
  for (let row = 0, at = 0; row < count; row++) {
    const factor = vector[row]!;
    for (let i = 0; i < width; i++) made[i]! += values[at++]! * factor;
  }
  return made;
}

function length(vector: Float64Array): number {
  return Math.sqrt(innerProduct(vector, vector));
}
