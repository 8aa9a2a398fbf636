import { assertEquals } from "@std/assert";
import { permutationPValues } from "../../../lib/stats/p_values/permuted_correlation.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { assertThrowsCode } from "../../error_codes.ts";

/** y is 3, 1, 0, -4 for two rows of the first unit and one of the others. */
const UNITS = {
  weights: Float64Array.of(2, 1, 1),
  sums: Float64Array.of(4, 0, -4),
  norm: Math.sqrt(26),
};

const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/** Draws every order of three units once. */
function eachOrder() {
  let next = 0;
  return {
    permutations: ORDERS.length,
    shuffle: (order: Int32Array) => order.set(ORDERS[next++ % ORDERS.length]!),
  };
}

Deno.test("permutationPValues() counts the permutations with |r| at least as large, including the original order", () => {
  // x = .5, .25, 0 less its mean over the rows, .3125: r is largest as it is and mirrored, see the test of attentionTables().
  const first = Float64Array.of(0.1875, -0.0625, -0.3125);
  // x = .25, .5, 0: |r| of both and of those is as large or larger.
  const second = Float64Array.of(0, 0.25, -0.25);
  assertEquals(finish(permutationPValues([first, second], UNITS, eachOrder())), [
    (1 + 2) / 7,
    (1 + 4) / 7,
  ]);
  assertEquals(finish(permutationPValues([second], UNITS, eachOrder())), [5 / 7]); // with any other features
});

Deno.test("permutationPValues() counts an r of the other sign as equally large", () => {
  const features = [Float64Array.of(0.1875, -0.0625, -0.3125).map((x) => -x)];
  assertEquals(finish(permutationPValues(features, UNITS, eachOrder())), [3 / 7]);
});

Deno.test("permutationPValues() counts ties that rounding hides", () => {
  // The first three units have one value, so that their order changes r only by rounding.
  const sums = Float64Array.of(0.1, 0.2, 0.7, -1);
  const units = { weights: sums.map(() => 1), sums, norm: Math.sqrt(0.01 + 0.04 + 0.49 + 1) };
  let next = 0;
  const shuffle = (order: Int32Array) => order.set([...ORDERS[next++ % 6]!, 3]);
  const feature = Float64Array.of(0.1, 0.1, 0.1, -0.3);
  assertEquals(finish(permutationPValues([feature], units, { permutations: 6, shuffle })), [1]);
});

Deno.test("permutationPValues() gives no p-value for a feature without variance", () => {
  assertEquals(finish(permutationPValues([Float64Array.of(0, 0, 0)], UNITS, eachOrder())), [
    undefined,
  ]);
  assertEquals(finish(permutationPValues([], UNITS, eachOrder())), []);
});

Deno.test("permutationPValues() refuses a number of permutations that is not a whole number of at least 1", () => {
  for (const permutations of [0, -1, 1.5, NaN]) {
    assertThrowsCode(
      () => finish(permutationPValues([], UNITS, { permutations, shuffle: () => {} })),
      "value-wrong",
      `${permutations}`,
    );
  }
});
