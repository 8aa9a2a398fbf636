import { assertEquals } from "@std/assert";
import { isNamed, residualsDiffer } from "../../../lib/subject/effects/noise.ts";

Deno.test("isNamed() wants an interval that excludes 0, and at least a hundredth", () => {
  assertEquals(isNamed(0.5, { low: 0.25, high: 1 }), true);
  assertEquals(isNamed(-0.5, { low: -1, high: -0.25 }), true);
  assertEquals(isNamed(0.5, { low: -0.25, high: 1 }), false);
  assertEquals(isNamed(0.5, { low: 0, high: 1 }), false);
  assertEquals(isNamed(-4e-7, { low: -6e-7, high: -2e-7 }), false); // as an idle head has in float32
  assertEquals(isNamed(0.5, { low: undefined, high: undefined }), false); // one sentence pair
  assertEquals(isNamed(0.01, { low: 0.005, high: 0.02 }), true);
  assertEquals(isNamed(-0.009, { low: -0.01, high: -0.008 }), false);
  assertEquals(isNamed(undefined, { low: 0.25, high: 1 }), false);
});

Deno.test("residualsDiffer() is true of vectors that differ by more than float32 rounding of their length", () => {
  const other = Float32Array.of(30, -40, 0);
  const moved = (change: number) => Float32Array.of(30, -40, change);
  assertEquals(residualsDiffer(moved(5.1e-4), other), true); // 1e-5 of 50 is 5e-4
  assertEquals(residualsDiffer(moved(4.9e-4), other), false);
  assertEquals(residualsDiffer(new Float32Array(3), new Float32Array(3)), false);
});
