import { assertAlmostEquals } from "@std/assert";
import { netDirection, normShares } from "../../../lib/experiments/attribute/attribute_rows.ts";
import { readImages, type ReadoutWeights, sentenceEnd } from "../../../lib/study/readout.ts";
import { similarity } from "../../../lib/model/families.ts";
import { seededRandom } from "../../../lib/stats/random.ts";

const [WIDTH, PROJECTION, EPSILON] = [6, 4, 1e-5];

const random = seededRandom(3);
const numbers = (count: number) =>
  Array.from({ length: count }, () => 2 * random.below(1001) / 1000 - 1);

const WEIGHTS: ReadoutWeights = {
  ...{ scale: 100, epsilon: EPSILON, gain: Float64Array.from(numbers(WIDTH)) },
  projection: Float32Array.from(numbers(WIDTH * PROJECTION)),
  ...{ constant: Float64Array.from(numbers(PROJECTION)), outputs: [] },
};

const IMAGE = numbers(PROJECTION);
const [X, Y] = [Float32Array.from(numbers(WIDTH)), Float32Array.from(numbers(WIDTH))];

/** S of a residual vector as the model computes it. */
function score(x: Float32Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / WIDTH;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / WIDTH;
  const embedding = Array.from(
    WEIGHTS.constant,
    (constant, j) =>
      x.reduce(
        (sum, value, i) =>
          sum + WEIGHTS.gain[i]! * (value - mean) / Math.sqrt(variance + EPSILON) *
            WEIGHTS.projection[i * PROJECTION + j]!,
        constant,
      ),
  );
  return similarity(embedding, IMAGE);
}

function directionOf(a: Float32Array, b: Float32Array): Float64Array {
  const [image] = readImages(WEIGHTS, [IMAGE]);
  const ends = [sentenceEnd(WEIGHTS, a), sentenceEnd(WEIGHTS, b)] as const;
  return netDirection(image!, normShares(WEIGHTS, ...ends), ends);
}

Deno.test("netDirection() gives net effects that add up to the difference of the scores", () => {
  const direction = directionOf(X, Y);
  const sum = direction.reduce((total, x, i) => total + x * (X[i]! - Y[i]!), 0);
  assertAlmostEquals(sum, score(X) - score(Y), 1e-9);
  const swapped = directionOf(Y, X);
  direction.forEach((x, i) => assertAlmostEquals(swapped[i]!, x, 1e-9));
});

Deno.test("netDirection() is the gradient of the score where the sentences hardly differ", () => {
  const direction = directionOf(X, X);
  for (let i = 0; i < WIDTH; i++) {
    const moved = (by: number) => score(Float32Array.from(X, (x, k) => k === i ? x + by : x));
    const step = 2 ** -10; // float32 holds the moved numbers nearly exactly
    assertAlmostEquals(direction[i]!, (moved(step) - moved(-step)) / (2 * step), 0.02);
  }
});
