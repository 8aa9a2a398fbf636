/** The chart of two runs: the second's values against the first's. */

import { cellText } from "../../compare/agreement.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { roleLabel, roleOfLabel, rolesInOrder } from "../../charts/roles.ts";
import { scatter } from "../../charts/scatter.ts";
import {
  type ChartOptions,
  type ChartSpec,
  groupsOf,
  shortNumber,
  tipEstimate,
} from "../../charts/spec.ts";
import type { ContrastRow, ContrastSummaryRow } from "./schemas.ts";
import { wholeSegment } from "./tables.ts";

/** The fewest and the most cells of a panel; other columns are left to the tables. */
const [FEWEST_CELLS, MOST_CELLS] = [10, 5000];

/** Draws the second run's value of every cell against the first's, one panel for each column of a table, with the line of equality. */
export function contrastChart(
  rows: readonly ContrastRow[],
  { summary, ...options }: ChartOptions & { readonly summary: readonly ContrastSummaryRow[] },
): ChartSpec {
  const columnOf = ({ table, quantity }: ContrastRow) => `${table} ${quantity}`;
  const columns = groupsOf(rows.filter(({ difference }) => difference !== undefined), columnOf)
    .filter(({ length }) => length >= FEWEST_CELLS && length <= MOST_CELLS);
  return scatter(columns.flat(), {
    ...options,
    title: "Two runs, cell by cell",
    subtitle: "the dashed line is where both are equal",
    panels: () =>
      columns.map((rows) => {
        const { table, quantity } = rows[0]!;
        const { r } = summary.find((row) => row.table === table && row.quantity === quantity) ?? {};
        const agreement = r === undefined ? "" : `, r = ${shortNumber(r)}`;
        return { title: [`${table}.csv, ${quantity}`, `${rows.length} cells${agreement}`], rows };
      }),
    x: { field: "first", title: "first run" },
    y: { field: "second", title: "second run" },
    rangeOf: ([row]) => columnOf(row!),
    against: "equality",
    tip: (row) =>
      `${cellText(row)}: first ${tipEstimate(row.first!)}, second ${tipEstimate(row.second!)}`,
    form: "Scatter plots, one point a cell, first run across, second upwards.",
  });
}

/** The most panels of the map. */
const MOST_MAPS = 6;

/** Draws the differences of one quantity by layer, and by head, MLP or role: of the first share of d or selectivity that the runs have, else of the first quantity with layers. */
export function differenceMap(rows: readonly ContrastRow[], options: ChartOptions): ChartSpec {
  const layered = rows.filter(({ layer, difference }) =>
    layer !== undefined && difference !== undefined
  );
  const shown = layered.find(({ quantity }) => FIRST_SHOWN.includes(quantity)) ?? layered[0];
  const own = layered.filter(({ table, quantity }) =>
    table === shown?.table && quantity === shown.quantity
  );
  const segment = wholeSegment(own);
  const cells = own.filter((row) => row.segment === segment);
  const hasHeads = cells.some(({ head }) => head !== undefined);
  const panels = groupsOf(
    cells,
    ({ negation, other }) => JSON.stringify([negation, hasHeads ? "" : other]),
  ).slice(0, MOST_MAPS);
  return heatMap(panels.flat(), {
    ...options,
    title: `Difference of the two runs: ${
      shown === undefined ? "no table by layer" : `${shown.table}.csv, ${shown.quantity}`
    }`,
    subtitle: "the second run less the first",
    panels: () =>
      panels.map((rows) => {
        const { negation, other } = rows[0]!;
        const words = [negation && `${negation}-negated`, segment, hasHeads ? undefined : other];
        return { title: words.filter((word) => word !== undefined).join(", "), rows };
      }),
    x: "layer",
    y: {
      field: "part",
      of: ({ head, role }) =>
        hasHeads ? head === undefined ? "MLP" : `${head}` : roleLabel(role ?? ""),
      order: (names) => rolesInOrder(names.map(roleOfLabel)).map(roleLabel),
    },
    ...{ value: "difference", low: "low", high: "high", legend: "difference" },
    tip: (row) => `${cellText(row)}: difference`,
    named: { nameOf: cellText },
  });
}

const FIRST_SHOWN = ["above_baseline", "share", "specific_share", "net_share", "cte"];
