/** The published and the measured maps, side by side: of the causal trace, and of the selectivity of heads. */

import { heatMap } from "../../charts/heat_map.ts";
import { isLarge, peaksText } from "../../study/effects/peak_runs.ts";
import { groupsInOrder, groupsOf, roleLabel, sidesOf } from "../../charts/texts.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { traceMaps } from "../../experiments/trace/chart.ts";
import { headName } from "../../tables/nodes.ts";
import type { ComparisonRow } from "./cells.ts";

type MapOptions = ChartOptions & {
  /** The line below the title, which says whether the measured model is the published one. */
  readonly note: string;
};

/** Every cell twice: with its published value, then with its measured one. */
function columnsBeside<Row extends ComparisonRow>(rows: readonly Row[]) {
  return (["published", "measured"] as const)
    .flatMap((column) => rows.map((row) => ({ ...row, column, value: row[column] })));
}

/**
 * Draws, for each group of rows, the published map of the causal tracing effect and the measured map beside it. A cell that was not
 * measured stays empty. No cell is marked, since neither map's intervals are in the table.
 */
export function comparisonMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const traced = rows.flatMap(({ segment, role, ...row }) =>
    row.table === "causal_trace" && segment !== undefined && role !== undefined
      ? [{ ...row, segment, role }]
      : []
  );
  const cells = groupsInOrder(traced).flatMap(columnsBeside)
    .map(({ value, ...cell }) => ({ ...cell, cte: value }));
  return traceMaps(cells, {
    ...options,
    title: "Causal tracing effect (CTE), published and measured",
    subtitle: note,
    caption:
      "Causal tracing effect (CTE) as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right, by token role and layer. Bars show the population standard deviation (SD) over the roles from the negator to EOT",
    note,
    columns: 2,
    panels: (cells) =>
      groupsOf(cells, ({ negation, segment, column }) => `${negation} ${segment} ${column}`)
        .map((rows) => {
          const { negation, segment, column } = rows[0]!;
          return { title: [`${negation}-negated, ${segment}`, column], rows };
        }),
    told: (cells) => peaksText(cells, { nameOf: ({ role }) => roleLabel(role), isNamed: isLarge })!,
    altEnd: "Neither map has intervals, so that the largest values need not be certain.",
  });
}

/**
 * Draws, for each negated side, the published selectivity of every head and the measured one beside it: heads down, layers across. A head
 * without a value is grey.
 */
export function comparisonHeadMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const heads = rows.flatMap(({ head, ...row }) =>
    row.table === "negator_attention" && head !== undefined ? [{ ...row, head }] : []
  );
  const cells = sidesOf(heads).flatMap(columnsBeside);
  const places = new Set(heads.map(({ layer }) => layer)).size *
    new Set(heads.map(({ head }) => head)).size;
  const isFull = groupsOf(cells, ({ negation, column }) => `${negation} ${column}`)
    .every((map) => map.filter(({ value }) => value !== undefined).length === places);
  return heatMap(cells, {
    ...options,
    title: "Negator selectivity of attention heads, published and measured",
    subtitle: note,
    caption:
      `Negator selectivity of attention heads as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right: a head's largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows${
        isFull ? "" : ". Grey: no value"
      }`,
    columns: 2,
    panels: (rows) =>
      groupsOf(rows, ({ negation, column }) => `${negation} ${column}`)
        .map((rows) => ({ title: [`${rows[0]!.negation}-negated`, rows[0]!.column], rows })),
    x: "layer",
    y: "head",
    value: "value",
    legend: "selectivity",
    tip: (row) => `head ${headName(row)}: selectivity`,
    named: { ofEitherSign: false },
  });
}
