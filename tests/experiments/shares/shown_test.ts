import { assertEquals } from "@std/assert";
import { holdingsOf } from "../../../lib/experiments/shares/findings.ts";
import { lines } from "./side_lines.ts";

Deno.test("holdingsOf() leaves out shares below 1/20, of either sign, and takes the largest of a sign", () => {
  const group = lines("eot", [-0.06, 0.049, -0.3, 0.06], { half: 0.001 });
  const held = holdingsOf(group, 5).map(({ layers, most }) => [layers, most.layer]);
  assertEquals(held, [[[4], 4], [[1, 3], 3]]);
});
