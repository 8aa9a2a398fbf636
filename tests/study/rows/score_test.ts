import { assertEquals } from "@std/assert";
import { segmentOf, SEGMENTS } from "../../../lib/study/rows/score_rows.ts";

Deno.test("segmentOf() has the bounds -1 and 1 of the paper", () => {
  const below = (x: number) => x - Number.EPSILON;
  assertEquals(segmentOf(below(-1)), "incorrect");
  assertEquals(segmentOf(-1), "ambiguous");
  assertEquals(segmentOf(0), "ambiguous");
  assertEquals(segmentOf(below(1)), "ambiguous");
  assertEquals(segmentOf(1), "correct");
  assertEquals(SEGMENTS.map((segment) => segment), ["correct", "ambiguous", "incorrect"]);
});
