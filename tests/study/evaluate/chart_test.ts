import { assertEquals, assertStringIncludes } from "@std/assert";
import { scoresChart as typedScoresChart } from "../../../lib/study/evaluate/chart.ts";
import { EVALUATE } from "../../../lib/study/rows/score_rows.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  titleAt,
  valueAt,
} from "../../charts/fixtures.ts";

const scoresChart = ofSomeColumns(typedScoresChart);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(EVALUATE);
const SPEC = scoresChart(ROWS, OPTIONS);

interface Bin {
  readonly segment: string;
  readonly d_from: number;
  readonly d_to: number;
  readonly n: number;
}

Deno.test("scoresChart() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "scores");
});

Deno.test("scoresChart() counts every row in a bin of its own segment, which ends at the bounds", () => {
  for (const range of [1, 4, 60, 400]) {
    const rows = Array.from({ length: 101 }, (_, i) => {
      const d = (i / 50 - 1) * range;
      return {
        negation: "foil",
        segment: d < -1 ? "incorrect" : d < 1 ? "ambiguous" : "correct",
        d,
      };
    });
    const bins = valueAt(scoresChart(rows, OPTIONS), "concat.0.data.values") as Bin[];
    assertEquals(bins.reduce((sum, bin) => sum + bin.n, 0), rows.length);
    for (const { segment, d_from, d_to } of bins) {
      const middle = (d_from + d_to) / 2;
      assertEquals(segment, middle < -1 ? "incorrect" : middle < 1 ? "ambiguous" : "correct");
    }
  }
});

Deno.test("scoresChart() has the narrowest bins, a power of 2 from 1/4 to 2 wide, of which 60 cover all rows", () => {
  const widths = [1, 7.5, 7.6, 15, 15.1, 30, 30.1, 400].map((farthest) => {
    const rows = [{ negation: "foil", segment: "incorrect", d: -farthest }];
    const [{ d_from, d_to }] = valueAt(scoresChart(rows, OPTIONS), "concat.0.data.values") as [Bin];
    return d_to - d_from;
  });
  assertEquals(widths, [0.25, 0.25, 0.5, 0.5, 1, 1, 2, 2]);
});

Deno.test("scoresChart() counts a tie as one half in the accuracy of a panel", () => {
  const rows = [0, -1e-4, 2].map((d) => ({ negation: "foil", segment: "ambiguous", d }));
  const title = titleAt(scoresChart(rows, OPTIONS), "concat.0.title.text");
  assertStringIncludes(String(title), "accuracy .67");
});
