import { assertEquals } from "@std/assert";
import {
  innerProduct,
  isConstant,
  median,
  quantiles,
  standardization,
} from "../../lib/stats/columns.ts";
import { seededRandom } from "../../lib/stats/random.ts";

Deno.test("isConstant() compares the spread of the values with their noise, exactly without one", () => {
  const spread = [[], [3], [1, 1.5, 1.25], [1, 1.5625, 1.25], [-1.5, -1]];
  assertEquals(spread.map((values) => isConstant(values, 0.5)), [true, true, true, false, true]);
  const exact = [[], [3, 3, 3], [1, 1, 1 + Number.EPSILON], [2, 1, 1]];
  assertEquals(exact.map((values) => isConstant(values)), [true, true, false, false]);
});

Deno.test("median() is the middle value, or the mean of the two in the middle", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])], [2, 2.5, 5]);
});

Deno.test("quantiles() gives those of sorted values, whatever the order, the ties and the shares", () => {
  const random = seededRandom(3);
  const small = Array.from({ length: 200 }, (_, i) => [1 + i % 10, i % 2 === 0 ? 1e6 : 3] as const);
  for (const [size, kinds] of [...small, [257, 5], [2000, 1e6]] as const) {
    const mixed = Float64Array.from({ length: size }, () => random.below(kinds) / 7 - 0.4);
    const sorted = mixed.toSorted();
    for (const values of [mixed, sorted, sorted.toReversed()]) {
      for (
        const shares of [[0.025, 0.975], [0, 1], [0.5, 0.5], [0.4999, 0.5], [1 / 3, 0.7, 0.71]]
      ) {
        const expected = shares.map((share) => {
          const place = share * (size - 1);
          const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
          return low + (place % 1) * (high - low);
        });
        assertEquals(quantiles(values.slice(), shares), expected, `${size} ${shares}`);
      }
    }
  }
  assertEquals(quantiles(new Float64Array(), [0.1, 0.9]), [undefined, undefined]);
});

Deno.test("innerProduct() sums the products of the first vector's places in float64", () => {
  assertEquals(innerProduct([1, 2, 3], Float32Array.of(4, -5, 6, 100)), 12);
  assertEquals(innerProduct(new Float32Array(0), []), 0);
  assertEquals(innerProduct(Float32Array.of(2 ** 24, 1), [1, 1]), 2 ** 24 + 1); // which float32 cannot hold
});

Deno.test("standardization() leaves columns unscaled that differ by rounding errors alone, of the largest column or of the values", () => {
  const scales = (rows: readonly (readonly number[])[]) => [...standardization(rows).deviation];
  assertEquals(scales([[1e4 + 2, 1e4 + 0.25], [1e4 - 2, 1e4 - 0.25]]), [2, 0.25]);
  assertEquals(scales([[1e6 + 2, 1e6 + 0.25], [1e6 - 2, 1e6 - 0.25]]), [1, 1]); // of values of 1e6, 10 is one
  assertEquals(scales([[7, 2 + 1e-9, 1e-12], [7, 2 - 1e-9, -1e-12]]), [1, 1, 1]); // nothing varies
  assertEquals(scales([[2000, 0.25, 0.125], [-2000, -0.25, -0.125]]), [2000, 0.25, 1]);
});
