/** Gain against harm. */

import { scatter } from "../charts/scatter.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../charts/spec.ts";
import type { FrontRow } from "./tables.ts";

const GREY = "#767676";

/** A larger loss of accuracy is no trade for any harm: such points are left out. */
const MOST_LOSS = 0.1;

/** Draws each edit at each strength: how many more rows are right, over how many more pictures an affirmative sentence finds first. */
export function frontChart(rows: readonly FrontRow[], options: ChartOptions): ChartSpec {
  const nameOf = ({ edit, strength }: FrontRow) => `${edit}, ${strength}`;
  const shown = rows.filter(({ change = 0 }) => change >= -MOST_LOSS)
    .map((row) => ({ ...row, recall_change: row.recall.estimate }));
  return scatter(shown, {
    ...options,
    title: "Gain against harm",
    shows:
      "Change of accuracy (what is fitted, is fitted without a row's noun), against the change of recall at 1 of true affirmative sentences, for each edit at each strength, and for the same edits with random directions, random nodes or shuffled labels (mean over draws). An edit without harm lies on or right of the vertical line; those that lose more than .1 are left out",
    panels: "set",
    x: {
      field: "recall_change",
      low: ({ recall }) => recall.low,
      high: ({ recall }) => recall.high,
      title: "change of affirmative recall at 1",
    },
    y: { field: "change", low: "low", high: "high", title: "gain in accuracy" },
    against: "cross",
    series: { field: "kind", of: ({ control }) => control === "none" ? "edit" : "control" },
    styles: {
      edit: { color: OKABE_ITO.blue, shape: "circle" },
      control: { color: GREY, shape: "cross" },
    },
    name: nameOf,
    labelled: (points) =>
      points.filter(({ control }) => control === "none")
        .toSorted((a, b) => (b.change ?? 0) - (a.change ?? 0)),
  });
}
