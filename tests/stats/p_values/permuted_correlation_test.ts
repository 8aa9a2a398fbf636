import { assertEquals } from "@std/assert";
import { permutationPValues } from "../../../lib/stats/cluster_correlation.ts";
import { finish } from "../../../lib/stats/steps.ts";

const Y = Float64Array.of(3, 1, -4);

const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/** Draws every order of three rows once. */
function eachOrder() {
  let next = 0;
  return {
    permutations: ORDERS.length,
    shuffle: (order: Int32Array) => order.set(ORDERS[next++ % ORDERS.length]!),
  };
}

Deno.test("permutationPValues() counts the permutations with |r| at least as large, including the original order", () => {
  const first = Float64Array.of(0.25, 0, -0.25); // r is largest as it is and mirrored
  const second = Float64Array.of(0, 0.25, -0.25); // |r| of both and of those is as large or larger
  assertEquals(finish(permutationPValues([first, second], Y, eachOrder())), [
    (1 + 2) / 7,
    (1 + 4) / 7,
  ]);
  assertEquals(finish(permutationPValues([second], Y, eachOrder())), [5 / 7]); // with any other features
});

Deno.test("permutationPValues() counts an r of the other sign as equally large", () => {
  const features = [Float64Array.of(-0.25, 0, 0.25)];
  assertEquals(finish(permutationPValues(features, Y, eachOrder())), [3 / 7]);
});

Deno.test("permutationPValues() counts ties that rounding hides", () => {
  // The first three rows have one value, so that their order changes r only by rounding.
  const y = Float64Array.of(0.1, 0.2, 0.7, -1);
  let next = 0;
  const shuffle = (order: Int32Array) => order.set([...ORDERS[next++ % 6]!, 3]);
  const feature = Float64Array.of(0.1, 0.1, 0.1, -0.3);
  assertEquals(finish(permutationPValues([feature], y, { permutations: 6, shuffle })), [1]);
});
