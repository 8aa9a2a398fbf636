import { assertEquals } from "@std/assert";
import { sizeThresholds } from "../../../lib/experiments/correlate/size_thresholds.ts";

const PUBLISHED = [0, 0.05, 0.1, 0.2];

Deno.test("sizeThresholds() takes the paper's thresholds if a tenth of the subjects is larger than the largest of them", () => {
  const small = Array<number>(18).fill(0.01);
  assertEquals(sizeThresholds([...small, 0.21, 0.3]), PUBLISHED);
  assertEquals(sizeThresholds([]), PUBLISHED);
});

Deno.test("sizeThresholds() takes 0 and the quartiles of other data, to two digits", () => {
  const sizes = [0.0341, 0.00123, 0.0125, 0.021, 0.0068, 0.009, 0.0251, 0.04]; // quartiles: the second, fourth and sixth
  assertEquals(sizeThresholds(sizes), [0, 0.0068, 0.013, 0.025]);
});

Deno.test("sizeThresholds() has no threshold twice, and none that no subject exceeds", () => {
  assertEquals(sizeThresholds([0.01, 0.01, 0.01, 0.02, 0.02, 0.02]), [0, 0.01]);
  assertEquals(sizeThresholds([0, 0, 0, 0.1]), [0]);
});
