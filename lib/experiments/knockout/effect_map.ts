/** The knock-out map: what each head's attention to the negator adds to d. */

import type { TopLevelSpec } from "vega-lite";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { colourBound, type ColourRange, colourRange } from "../../charts/colour_range.ts";
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
import { type CellPrint, cellPrint, mapAxis, valueMap } from "../../charts/value_map.ts";
import type { Reads } from "../../tables/schema.ts";
import type { KnockoutPoint } from "./tables.ts";

/** The columns of knockout_heads.csv that the map reads. */
export type KnockoutMapRow = Reads<
  KnockoutPoint,
  | "negation"
  | "layer"
  | "head"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

type DrawnRow = KnockoutMapRow & { readonly mean_effect: number };

const TITLE = "Effect of single heads' attention to the negator on d";

const CAPTION =
  "Mean effect of each head's attention to the negator on the score difference d, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, over n rows of each side";

/** The number of heads that the alt text names for each side. */
const NAMED = 5;

/**
 * Draws what every head's attention to the negator adds to d: one map per negated side, heads down, layers across, with the same
 * colours. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_heads.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function knockoutMap(rows: readonly KnockoutMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow => row.mean_effect !== undefined);
  if (cells.length === 0) return emptyChart(TITLE, options);
  const range = colourRange(cells.map((row) => row.mean_effect));
  const print = cellPrint(colourBound(range));
  const marks = marksInOrder(cells.map((row) => markOf(row, range)));
  const layers = placesOf(cells.map((row) => row.layer));
  const heads = placesOf(cells.map((row) => row.head));
  const sides = sidesOf(cells);
  const caption = [`${CAPTION}${print.note}.`, marksText(marks, options)].filter((text) =>
    text !== ""
  );
  const spec = {
    ...specHead(describe(sides, print), { ...options, caption: caption.join(" ") }),
    title: {
      text: TITLE,
      subtitle:
        `d minus d with the head's attention to the negator at 0, mean over rows${print.note}`,
    },
    concat: sides.map((side) => ({
      title: { text: sideTitle(side), style: PANEL_TITLE },
      ...valueMap(side.map((row) => drawnCell(row, { print, range })), {
        ...{ field: "mean_effect", legend: "effect on d", range, marks },
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

function markOf({ mean_effect: value, low, high }: DrawnRow, range: ColourRange) {
  return cellMark({ value, low, high }, range);
}

function drawnCell(
  row: DrawnRow,
  { print, range }: { readonly print: CellPrint; readonly range: ColourRange },
) {
  const { layer, head, n, mean_effect } = row;
  const mark = markOf(row, range);
  return {
    ...{ layer, head, mean_effect: drawn(mean_effect), label: print.label(mean_effect) },
    ...(mark !== undefined && { mark }),
    tip: `head ${layer}.${head}: effect on d ${tipEstimate(mean_effect, row)}, n = ${n}`,
  };
}

function describe(sides: readonly (readonly DrawnRow[])[], print: CellPrint): string {
  const seen = sides.map((side) => {
    const largest = side.toSorted((a, b) => Math.abs(b.mean_effect) - Math.abs(a.mean_effect));
    const heads = largest.slice(0, NAMED).map(({ layer, head, mean_effect }) =>
      `${layer}.${head} (${print.label(mean_effect)})`
    );
    return `${sideTitle(side)}: largest effects, as layer.head: ${heads.join(", ")}.`;
  });
  return [`Heat maps, heads down, layers across. ${TITLE}${print.note}.`, ...seen].join(" ");
}
