import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  areaUnder,
  checkRows,
  deviation,
  faithfulness,
  FRACTIONS,
  nodesOf,
} from "../../../lib/experiments/circuit/faithfulness.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const row = (negation: "caption" | "foil", s_caption: number, s_foil: number) => (
  { negation, s_caption, s_foil, d: s_caption - s_foil }
);

Deno.test("faithfulness() is a ratio of sums: 0 for the affirmative scores, 1 for the negated ones, weighted by d between", () => {
  const rows = [row("caption", 25, 21), row("foil", 30, 28)];
  assertEquals([faithfulness(rows, [21, 30]), faithfulness(rows, [25, 28])], [0, 1]);
  assertEquals(faithfulness(rows, [24, 30]), 3 / 6); // 3 of 4 logits, and 0 of 2
  assertEquals(faithfulness(rows, [21, 31]), -1 / 6); // the other way
});

Deno.test("faithfulness() counts a row of the wrong sign in the direction of its own d, and a d within rounding not at all", () => {
  const rows = [row("caption", 25, 21), row("caption", 21, 25), row("foil", 30, 30.00005)];
  assertEquals(faithfulness(rows, [25, 21, 99]), 1);
  assertEquals(faithfulness(rows, [24, 24, 99]), (3 + 1) / 8); // S falls from 25 to 21 in the second
  assertEquals(faithfulness(rows.slice(2), [30]), NaN);
});

Deno.test("deviation() is the largest distance from 1 of all rows and of each side, above or below", () => {
  const rows = [row("caption", 25, 21), row("foil", 30, 26)];
  assertEquals(deviation(rows, [27, 27]), .5); // 1.5 and .75, together 1.125: cancelled out
  assertEquals(deviation(rows, [24, 23]), .75); // .75 and 1.75
  assertEquals(deviation(rows.slice(0, 1), [24]), .25); // one side
  assertEquals(deviation([row("foil", 30, 30)], [30]), Infinity);
});

Deno.test("checkRows() refuses rows without a d to bring about", () => {
  checkRows([{ d: 0 }, { d: -2 }], ["correct"]);
  assertThrowsCode(
    () => checkRows([], ["ambiguous", "incorrect"]),
    "rows-too-few: Cannot search a circuit: no row is ambiguous or incorrect; expected rows whose d is what the circuit is to bring about; choose other rows with --segments",
  );
  assertThrowsCode(
    () => checkRows([{ d: 5e-5 }], ["ambiguous"]),
    "rows-too-few: in no ambiguous row is d more than a rounding error",
  );
});

Deno.test("nodesOf() rounds a share to the nearest number of nodes", () => {
  const counts = (count: number) => FRACTIONS.map((fraction) => nodesOf(fraction, count));
  assertEquals(counts(108), [0, 0, 1, 1, 2, 5, 11, 22, 54, 108]); // ViT-B/32
  assertEquals(counts(30), [0, 0, 0, 0, 1, 2, 3, 6, 15, 30]);
  assertEquals(counts(100), [0, 0, 1, 1, 2, 5, 10, 20, 50, 100]); // a half goes upwards
});

Deno.test("areaUnder() has the closed forms of a constant, a line and a step, from .001 to 1", () => {
  assertAlmostEquals(areaUnder(FRACTIONS.map(() => 1)), .999, 1e-12);
  assertAlmostEquals(areaUnder([...FRACTIONS]), (1 - .001 ** 2) / 2, 1e-12);
  const step = FRACTIONS.map((fraction) => fraction >= .5 ? 1 : 0);
  assertAlmostEquals(areaUnder(step), .5 + .3 / 2, 1e-12); // and the trapezoid from .2 to .5
  assertAlmostEquals(areaUnder(step.map((f) => Math.abs(1 - f))), .999 - .65, 1e-12);
});
