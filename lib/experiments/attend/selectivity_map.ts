/** The selectivity map: which heads attend to the negator. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRow } from "./tables.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  greatest,
  groupsOf,
  niceCeil,
  PANEL_TITLE,
  sideTitle,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
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

/** The number of heads that the alt text names for each side. */
const NAMED = 5;

/**
 * Draws how much more every head attends to the negator than to the negator's twin (paper, section 5): one map per negated side,
 * heads down, layers across. The colour scale is symmetric about 0 and the same for both sides.
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
  const bound = niceCeil(greatest(cells.map((row) => Math.abs(row.selectivity))));
  const print = cellPrint(bound);
  const sides = groupsOf(cells, (row) => row.negation);
  const layers = placesOf(cells.map((row) => row.layer));
  const heads = placesOf(cells.map((row) => row.head));
  const spec = {
    ...specHead(describe(sides, print), options),
    title: {
      text: TITLE,
      subtitle:
        `largest attention to the negator minus that to its twin, mean over rows${print.note}`,
    },
    concat: sides.map((side) => ({
      title: { text: sideTitle(side), style: PANEL_TITLE },
      ...valueMap(side.map((row) => drawnCell(row, print)), {
        field: "selectivity",
        legend: "selectivity",
        bound,
        x: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
        y: { field: "head", type: "ordinal", scale: { domain: heads }, axis: mapAxis("head") },
      }),
    })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function placesOf(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function drawnCell(
  { layer, head, n, selectivity, selectivity_low, selectivity_high }: DrawnRow,
  { label }: CellPrint,
) {
  const estimate = tipEstimate(selectivity, { low: selectivity_low, high: selectivity_high });
  return {
    layer,
    head,
    selectivity: drawn(selectivity),
    label: label(selectivity),
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
