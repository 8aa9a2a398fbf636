import { assertEquals } from "@std/assert";
import { innerProduct } from "../../lib/stats/columns.ts";

Deno.test("innerProduct() sums the products of the first vector's places in float64", () => {
  assertEquals(innerProduct([1, 2, 3], Float32Array.of(4, -5, 6, 100)), 12);
  assertEquals(innerProduct(new Float32Array(0), []), 0);
  assertEquals(innerProduct(Float32Array.of(2 ** 24, 1), [1, 1]), 2 ** 24 + 1); // which float32 cannot hold
});
