/** The charts of a comparison: measured cells against published ones, and both maps side by side. */

import { heatMap } from "../../charts/heat_map.ts";
import { groupsInOrder, groupsOf, shortNumber, sidesOf } from "../../charts/texts.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../../charts/spec.ts";
import { traceMaps } from "../../experiments/trace/chart.ts";
import type { ComparisonRow } from "./figures.ts";
import { scatter } from "../../charts/scatter.ts";
import type { Sources } from "../../reading/path.ts";
import { cellText } from "../agreement.ts";
import type { Comparison } from "./compare.ts";
import { type ComparisonSummaryRow, VERDICTS } from "./findings.ts";

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
    about:
      "Causal tracing effect (CTE) as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right, by token role and layer. Bars show the population standard deviation (SD) over the roles from the negator to EOT. Neither map has intervals, so that the largest values need not be certain",
    columns: 2,
    value: { field: "cte", title: "CTE" },
    panels: (cells) =>
      groupsOf(cells, ({ negation, segment, column }) => `${negation} ${segment} ${column}`)
        .map((rows) => {
          const { negation, segment, column } = rows[0]!;
          return { title: [`${negation}-negated, ${segment}`, column], rows };
        }),
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
    about:
      `Negator selectivity of attention heads as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right: a head's largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows${
        isFull ? "" : ". Grey: no value"
      }`,
    columns: 2,
    panels: (rows) =>
      groupsOf(rows, ({ negation, column }) => `${negation} ${column}`)
        .map((rows) => ({ title: [`${rows[0]!.negation}-negated`, rows[0]!.column], rows })),
    x: "layer",
    y: "head",
    value: { field: "value", title: "selectivity" },
  });
}

/** Draws the charts, by the names of their files; the line below their titles is the worst verdict of all runs. */
export function comparisonCharts(
  { comparison, summary, matches }: Comparison,
  sources: Sources,
): Readonly<Record<"comparison" | "comparison_maps" | "comparison_heads", ChartSpec>> {
  const worst = (["not published", "unknown", "as published"] as const).find((verdict) =>
    matches.some((match) => match.verdict === verdict)
  )!;
  const options = { sources, note: VERDICTS[worst] };
  return {
    comparison: comparisonChart(comparison.rows, { ...options, summary: summary.rows }),
    comparison_maps: comparisonMaps(comparison.rows, options),
    comparison_heads: comparisonHeadMaps(comparison.rows, options),
  };
}

const TABLES = new Map([
  ["causal_trace", "causal tracing effect"],
  ["negator_attention", "negator selectivity"],
  ["correlation_with_d", "correlation of selectivity with d"],
  ["negator_attention_layer4", "attention to the negator, layer 4"],
]);

/**
 * Draws the measured value of every cell against its published value, one panel per table, with the line of equality.
 *
 * Panels are square in every preset, with equal axes. Cells without a measured value are left out. rho is over the cells that
 * the method leaves free: cells that are 0 or 1 in every model would make any two models look alike.
 */
export function comparisonChart(
  rows: readonly ComparisonRow[],
  { summary, note, ...options }: ChartOptions & {
    readonly summary: readonly ComparisonSummaryRow[];
    readonly note: string;
  },
): ChartSpec {
  const cells = rows.filter(({ measured }) => measured !== undefined);
  const tables = groupsOf(cells, ({ table }) => table);
  return scatter(cells, {
    ...options,
    title: "Published and measured values",
    subtitle: [note, "rho: over free cells, those that the method does not fix in every model"],
    about:
      "Measured against published values (Quantmeyer, Mosteiro and Gatt 2024), one point a cell of the paper's tables, with the line of equality; rho is Spearman's",
    columns: tables.length === 3 ? 3 : 2, // no empty corner
    panels: () =>
      tables.map((rows) => {
        const { table } = rows[0]!;
        const { rho, n } = summary.find((row) => row.table === table) ?? {};
        const agreement = rho === undefined ? "" : `, rho ${shortNumber(rho)} over ${n} free`;
        return { title: [TABLES.get(table) ?? table, `${rows.length} cells${agreement}`], rows };
      }),
    x: { field: "published" },
    y: { field: "measured" },
    rangeOf: ([row]) => row!.table,
    against: "equality",
    series: { field: "side", of: ({ negation }) => `${negation}-negated` },
    styles: {
      "foil-negated": { color: OKABE_ITO.blue, shape: "circle" },
      "caption-negated": { color: OKABE_ITO.vermillion, shape: "triangle-up" },
    },
    name: cellText,
  });
}
