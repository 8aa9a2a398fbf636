import { assertEquals } from "@std/assert";
import { isEffect } from "../../lib/subject/noise.ts";

Deno.test("isEffect() wants an interval that excludes 0, and more than rounding", () => {
  assertEquals(isEffect(0.5, { low: 0.25, high: 1 }), true);
  assertEquals(isEffect(-0.5, { low: -1, high: -0.25 }), true);
  assertEquals(isEffect(0.5, { low: -0.25, high: 1 }), false);
  assertEquals(isEffect(0.5, { low: 0, high: 1 }), false);
  assertEquals(isEffect(-4e-7, { low: -6e-7, high: -2e-7 }), false); // as an idle head has in float32
  assertEquals(isEffect(0.5, { low: undefined, high: undefined }), false); // one sentence pair
  assertEquals(isEffect(undefined, { low: 0.25, high: 1 }), false);
});
