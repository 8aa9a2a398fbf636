import { assertEquals } from "@std/assert";
import { isNamed } from "../../../lib/subject/effects/noise.ts";

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
