/** The charts of two runs: where they differ, and the second's values against the first's. */

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
import { type ContrastRow, type ContrastSummaryRow, mainCells } from "./tables.ts";

type ContrastOptions = ChartOptions & {
  /** What the runs are called. */
  readonly names: readonly [first: string, second: string];
};

/** The most panels of the map. */
const MOST_MAPS = 6;

/** Draws the differences of one quantity by layer, and by head, MLP or role. */
export function differenceMap(
  rows: readonly ContrastRow[],
  { names: [first, second], ...options }: ContrastOptions,
): ChartSpec {
  const cells = mainCells(rows).filter(({ layer }) => layer !== undefined);
  const [shown] = cells;
  const hasHeads = cells.some(({ head }) => head !== undefined);
  const panels = groupsOf(
    cells,
    ({ negation, other }) => JSON.stringify([negation, hasHeads ? "" : other]),
  ).slice(0, MOST_MAPS);
  return heatMap(panels.flat(), {
    ...options,
    title: `Where ${second} differs from ${first}`,
    subtitle: shown === undefined
      ? "neither run has a table by layer"
      : `${shown.quantity} of ${shown.table}.csv: ${second} less ${first}`,
    panels: () =>
      panels.map((rows) => {
        const { negation, segment, other } = rows[0]!;
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
    value: "difference",
    ...{ low: "simultaneous_low", high: "simultaneous_high", legend: "difference" },
    tip: (row) => `${cellText(row)}: difference`,
    named: { nameOf: cellText },
  });
}

/** The fewest and the most cells of a panel; other columns are left to the tables. */
const [FEWEST_CELLS, MOST_CELLS] = [10, 5000];

/** Draws the second run's value of every cell against the first's, one panel for each column of a table, with the line of equality. */
export function contrastChart(
  rows: readonly ContrastRow[],
  { summary, names: [first, second], ...options }: ContrastOptions & {
    readonly summary: readonly ContrastSummaryRow[];
  },
): ChartSpec {
  const columnOf = ({ table, quantity }: Pick<ContrastRow, "table" | "quantity">) =>
    `${table}.csv, ${quantity}`;
  const columns = groupsOf(rows.filter(({ difference }) => difference !== undefined), columnOf)
    .filter(({ length }) => length >= FEWEST_CELLS && length <= MOST_CELLS);
  return scatter(columns.flat(), {
    ...options,
    title: `${second} against ${first}, cell by cell`,
    subtitle: "the dashed line is where both are equal",
    panels: () =>
      columns.map((rows) => {
        const name = columnOf(rows[0]!);
        const { rho, n } = summary.find((row) => columnOf(row) === name) ?? {};
        const agreement = rho === undefined ? "" : `, rho ${shortNumber(rho)} over ${n}`;
        return { title: [name, `${rows.length} cells${agreement}`], rows };
      }),
    x: { field: "first", title: first },
    y: { field: "second", title: second },
    rangeOf: ([row]) => columnOf(row!),
    against: "equality",
    tip: (row) =>
      `${cellText(row)}: first ${tipEstimate(row.first!)}, second ${tipEstimate(row.second!)}`,
    form: "Scatter plots, one point a cell, first run across, second upwards.",
  });
}
