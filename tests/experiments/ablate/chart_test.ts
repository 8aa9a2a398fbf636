import { assertEquals } from "@std/assert";
import { ablationChart as typedAblationChart } from "../../../lib/experiments/ablate/chart.ts";
import { ABLATION_SUMMARY } from "../../../lib/experiments/ablate/tables.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const ablationChart = ofSomeColumns(typedAblationChart);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(ABLATION_SUMMARY);
const SPEC = ablationChart(ROWS, OPTIONS);
Deno.test("ablationChart() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "ablation");
});

Deno.test("ablationChart() leaves out parts without a mean, and draws a mean without an interval as a point", () => {
  const spec = ablationChart(ROWS, OPTIONS); // Vega marks the rows that it has drawn
  assertEquals(valueAt(spec, "concat.1.data.values.length"), 3);
  assertEquals(valueAt(spec, "concat.1.data.values.0"), {
    layer: 1,
    place: 0.9,
    part: "attention output",
    share: 0.1,
    low: 0.1,
    high: 0.1,
    tip: "layer 1, attention output: share of d 0.1, n = 1",
  });
});

Deno.test("ablationChart() leaves out ambiguous rows, whose shares would flatten all others", () => {
  const ambiguous = ROWS.map((row) => ({ ...row, segment: "ambiguous", share: -40 }) as const);
  assertEquals(ablationChart([...ROWS, ...ambiguous], OPTIONS), ablationChart(ROWS, OPTIONS));
});
