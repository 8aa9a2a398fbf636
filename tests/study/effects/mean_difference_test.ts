import { assertEquals } from "@std/assert";
import { meanDifference } from "../../../lib/study/effects/mean_difference.ts";

Deno.test("meanDifference() is the mean of negated minus affirmative, of every component", () => {
  assertEquals(
    [...meanDifference([
      { negated: [4, 1, 0], affirmative: [1, 1, 2] },
      { negated: [3, 0, 0], affirmative: [2, 4, 0] },
    ])],
    [2, -2, -1],
  );
});
