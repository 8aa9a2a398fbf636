import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { logisticSteps } from "../../lib/stats/logistic.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { standardization } from "../../lib/stats/columns.ts";
import { assertThrowsCode } from "../error_codes.ts";
import fixtures from "../fixtures/statistics/logistic.json" with { type: "json" };
import { finish } from "../../lib/stats/steps.ts";

const fitted = (...given: Parameters<typeof logisticSteps>) => finish(logisticSteps(...given));

Deno.test("standardization() equals scikit-learn's StandardScaler, a constant column included", () => {
  for (const { rows, mean, deviation } of fixtures) {
    const found = standardization(rows);
    mean.forEach((value, i) => assertAlmostEquals(found.mean[i]!, value, 1e-12));
    deviation.forEach((value, i) => assertAlmostEquals(found.deviation[i]!, value, 1e-12));
    assertEquals(rows.map((row) => found.apply(row).at(-1)), rows.map(() => 0));
  }
});

Deno.test("logisticSteps() equals scikit-learn's LogisticRegression, also where a row is wider than there are rows", () => {
  for (const { rows, labels, weights } of fixtures) {
    const { apply } = standardization(rows);
    const found = fitted(rows.map(apply), labels);
    assertEquals(found.length, weights.length);
    // Both gradients are below 1e-10, and weights are no further from the minimum than the gradient is long.
    weights.forEach((weight, i) => assertAlmostEquals(found[i]!, weight, 1e-9));
  }
});

Deno.test("logisticSteps() stops where the gradient is 0, for many rows of a great width and for very large values", () => {
  const random = seededRandom(3);
  const draw = () => random.below(20001) / 10000 - 1;
  for (const scale of [1, 1e4]) {
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 90 }, () => draw() * scale));
    const labels = rows.map((row) => row[0]! + draw() * scale > 0);
    const weights = fitted(rows, labels);
    const gradient = weights.slice();
    rows.forEach((row, r) => {
      const sign = labels[r] ? 1 : -1;
      const margin = sign * row.reduce((sum, x, i) => sum + x * weights[i]!, 0);
      row.forEach((x, i) => gradient[i]! -= sign * x / (1 + Math.exp(margin)));
    });
    // At most 1e-12 of the sum of the rows' lengths, 60 x 5.5 x scale.
    const longest = Math.max(...gradient.map(Math.abs));
    assert(longest < 1e-9 * scale, `${longest}`);
    assert(weights.some((weight) => weight !== 0));
  }
});

Deno.test("logisticSteps() gives exactly 0 where each input has both labels", () => {
  const rows = [[1, 2, 0.3], [4, -1, 0.1]].flatMap((row) => [row, row]);
  assertEquals([...fitted(rows, [true, false, false, true])], [0, 0, 0]);
});

Deno.test("logisticSteps() refuses labels and rows that do not fit each other, and values that are not finite", () => {
  const refused: readonly [number[][], boolean[], ErrorCode, string][] = [
    [[[1]], [], "sizes-differ", "0 labels with 1 rows: expected one for each row"],
    [[[1], [1, 2]], [true, false], "sizes-differ", "expected rows of one width"],
    [
      [[1], [NaN]],
      [true, false],
      "value-not-finite",
      "Cannot use the values of row 1 that are not all finite",
    ],
  ];
  for (const [rows, labels, code, message] of refused) {
    assertThrowsCode(() => fitted(rows, labels), code, message);
  }
});
