import { assertEquals } from "@std/assert";
import { residualsDiffer } from "../../../lib/study/effects/noise.ts";

Deno.test("residualsDiffer() is true of vectors that differ by more than float32 rounding of their length", () => {
  const other = Float32Array.of(30, -40, 0);
  const moved = (change: number) => Float32Array.of(30, -40, change);
  assertEquals(residualsDiffer(moved(5.1e-4), other), true); // 1e-5 of 50 is 5e-4
  assertEquals(residualsDiffer(moved(4.9e-4), other), false);
  assertEquals(residualsDiffer(new Float32Array(3), new Float32Array(3)), false);
});
