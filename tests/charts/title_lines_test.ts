import { assertEquals } from "@std/assert";
import { joinedLines, titleLines } from "../../lib/charts/panels.ts";

Deno.test("titleLines() breaks lines between words, never within n = 12 or 95 %, and leaves a title that fits", () => {
  assertEquals(titleLines("foil-negated (n = 12)", 21), "foil-negated (n = 12)");
  assertEquals(titleLines("foil-negated (n = 12)", 20), ["foil-negated ", "(n = 12)"]);
  assertEquals(titleLines("with 95 % intervals", 8), ["with ", "95 % ", "intervals"]);
  assertEquals(titleLines(["two", "lines"], 20), ["two", "lines"]);
  assertEquals(titleLines("incomprehensibilities", 5), "incomprehensibilities");
});

Deno.test("joinedLines() joins lines that titleLines() has broken, and no others", () => {
  const title = ["one two three", "four"];
  assertEquals(joinedLines(titleLines(title, 5)), title);
  assertEquals(joinedLines("whole"), ["whole"]);
});
