/** The selectivity map: which heads attend to the negator. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRow } from "./tables.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  PANEL_TITLE,
  sidesOf,
  sideTitle,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { colourBound, type ColourRange, colourRange } from "../../charts/colour_range.ts";
import { type CellPrint, cellPrint, mapAxis, valueMap } from "../../charts/value_map.ts";

/** The columns of heads.csv that the map reads. */
export type SelectivityRow = Reads<
  HeadRow,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "selectivity"
  | "selectivity_low"
  | "selectivity_high"
>;

type DrawnRow = SelectivityRow & { readonly selectivity: number };

const TITLE = "Negator selectivity of attention heads";

const CAPTION =
  "Negator selectivity of every attention head, by layer: the head's largest attention to the negator minus that to the negator's twin in the affirmative sentence, mean over rows, with n rows on each side";

/** The number of heads that the alt text names for each side. */
const NAMED = 5;

/**
 * Draws how much more every head attends to the negator than to the negator's twin (paper, section 5): one map per negated side,
 * heads down, layers across, with the same colours. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of heads.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function selectivityMap(
  rows: readonly SelectivityRow[],
  options: ChartOptions,
): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow => row.selectivity !== undefined);
  if (cells.length === 0) return emptyChart(TITLE, options);
  const range = colourRange(cells.map((row) => row.selectivity));
  const print = cellPrint(colourBound(range));
  const sides = sidesOf(cells);
  const marks = marksInOrder(cells.map((row) => markOf(row, range)));
  const caption = [`${CAPTION}${print.note}.`, marksText(marks, options)].filter(Boolean).join(" ");
  const layers = placesOf(cells.map((row) => row.layer));
  const heads = placesOf(cells.map((row) => row.head));
  const spec = {
    ...specHead(describe(sides, print), { ...options, caption }),
    title: {
      text: TITLE,
      subtitle:
        `largest attention to the negator minus that to its twin, mean over rows${print.note}`,
    },
    concat: sides.map((side) => ({
      title: { text: sideTitle(side), style: PANEL_TITLE },
      ...valueMap(side.map((row) => drawnCell(row, { print, range })), {
        field: "selectivity",
        legend: "selectivity",
        ...{ range, marks },
        x: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
        y: { field: "head", type: "ordinal", scale: { domain: heads }, axis: mapAxis("head") },
      }),
    })),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function placesOf(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function markOf(
  { selectivity: value, selectivity_low: low, selectivity_high: high }: DrawnRow,
  range: ColourRange,
) {
  return cellMark({ value, low, high }, range);
}

function drawnCell(
  row: DrawnRow,
  { print, range }: { readonly print: CellPrint; readonly range: ColourRange },
) {
  const { layer, head, n, selectivity, selectivity_low, selectivity_high } = row;
  const mark = markOf(row, range);
  const estimate = tipEstimate(selectivity, { low: selectivity_low, high: selectivity_high });
  return {
    layer,
    head,
    selectivity: drawn(selectivity),
    label: print.label(selectivity),
    ...(mark !== undefined && { mark }),
    tip: `head ${layer}.${head}: selectivity ${estimate}, n = ${n}`,
  };
}

function describe(sides: readonly (readonly DrawnRow[])[], print: CellPrint): string {
  const seen = sides.map((side) => {
    const largest = side.toSorted((a, b) => b.selectivity - a.selectivity).slice(0, NAMED);
    const heads = largest.map(({ layer, head, selectivity }) =>
      `${layer}.${head} (${print.label(selectivity)})`
    );
    return `${sideTitle(side)}: most selective heads, as layer.head: ${heads.join(", ")}.`;
  });
  return [`Heat maps, heads down, layers across. ${TITLE}${print.note}.`, ...seen].join(" ");
}
