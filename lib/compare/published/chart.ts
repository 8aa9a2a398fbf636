/** The comparison chart: measured cells against published cells. */

import { scatter } from "../../charts/scatter.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../../charts/spec.ts";
import { groupsOf, shortNumber, tipEstimate } from "../../charts/texts.ts";
import type { Sources } from "../../reading/path.ts";
import { cellText } from "../agreement.ts";
import type { ComparisonRow } from "./cells.ts";
import type { Comparison } from "./compare.ts";
import { VERDICTS } from "./findings.ts";
import { comparisonHeadMaps, comparisonMaps } from "./maps.ts";
import type { ComparisonSummaryRow } from "./summary.ts";

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
    subtitle: [
      note,
      "free: all but the cells that the method itself makes the same in every model",
    ],
    caption:
      `Measured against published values (Quantmeyer, Mosteiro and Gatt 2024), one point a cell of the paper's tables, with the line of equality. Spearman's rho is over the free cells: all but those that the method itself makes the same in every model; ${note}.`,
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
    tip: (row) =>
      `${cellText(row)}: published ${tipEstimate(row.published)}, measured ${
        tipEstimate(row.measured!)
      }`,
    form: `Scatter plots, one point a cell, published across, measured upwards; ${note}.`,
    told: (table) => {
      const distance = (row: ComparisonRow) => Math.abs(row.measured! - row.published);
      const farthest = table.reduce((most, row) => distance(row) > distance(most) ? row : most);
      return `farthest apart at ${cellText(farthest)} (published ${
        shortNumber(farthest.published)
      }, measured ${shortNumber(farthest.measured!)})`;
    },
  });
}
