import { assertEquals } from "@std/assert";
import { holdingsOf, type ShareLine, shownGroups } from "../../../lib/experiments/shares/shown.ts";
import { lines } from "./side_lines.ts";

Deno.test("shownGroups() shows all rows of a side if their shares are determined, else its segments", () => {
  const side = lines("eot", [0.5, 0.5, 0.5, 0.5]);
  const correct = lines("negator", [0.5, 0.5, 0.5, 0.5], { segment: "correct" });
  const groups = (rows: readonly ShareLine[]) =>
    shownGroups(rows).map(([row]) => `${row!.negation} ${row!.segment}`);
  assertEquals(groups([...correct, ...side]), ["foil all"]);
  const caption = correct.map((row) => ({ ...row, negation: "caption" }));
  assertEquals(groups([...caption, ...side]), ["caption correct", "foil all"]);
  assertEquals(groups([]), []);
});

Deno.test("holdingsOf() leaves out shares below 1/20, of either sign, and takes the largest of a sign", () => {
  const group = lines("eot", [-0.06, 0.049, -0.3, 0.06], { half: 0.001 });
  const held = holdingsOf(group, 5).map(({ layers, most }) => [layers, most.layer]);
  assertEquals(held, [[[4], 4], [[1, 3], 3]]);
});
