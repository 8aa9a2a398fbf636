/** The chart of heads on two sets of sentences: one point a head. */

import { scatter } from "../../charts/scatter.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { type Bounds, shortNumber } from "../../charts/texts.ts";
import { headName } from "../../tables/nodes.ts";
import { headsInBoth, mostSelective } from "./findings.ts";
import type { GeneraliseRow, GeneraliseSummaryRow, Quantity } from "./tables.ts";

interface Point {
  readonly name: string;
  readonly panel: "selectivity" | "exchanged sentences";
  readonly here: number | undefined;
  readonly there: number | undefined;
  readonly hereBounds: Bounds;
  readonly thereBounds: Bounds;
}

/**
 * Draws every head's selectivity elsewhere against that in the data, with intervals, and beside it the same of the exchanged sentences, on the
 * same axes. The most selective heads of either set are labelled where there is space.
 */
export function generaliseChart(
  rows: readonly GeneraliseRow[],
  { summary, ...options }: ChartOptions & { readonly summary: readonly GeneraliseSummaryRow[] },
): ChartSpec {
  const named = new Set(
    [
      ...mostSelective(rows, (row) => row.selectivity),
      ...mostSelective(rows, (row) => row.selectivity_elsewhere),
    ].map(headName),
  );
  const both = headsInBoth(rows).map(headName).join(", ") || "none";
  return scatter(rows.flatMap(pointsOf), {
    ...options,
    title: "Heads in the data and in sentences elsewhere",
    about:
      `Selectivity of every attention head for the negator (largest attention to the negator minus that to its twin, mean over rows) in the data and in other sentences, and the same with the sentences of each pair exchanged; one point a head (layer.head); dashed: equal in both; among the most selective of both and above the exchanged sentences: ${both}; rho: Spearman's rank correlation over heads, with the range in 95 % of samples of rows, which is no confidence interval`,
    columns: 2,
    panels: (points) =>
      [...Map.groupBy(points, ({ panel }) => panel)].map(([panel, rows]) => ({
        title: [panel, rhoText(summary, panel === "selectivity" ? panel : "baseline")],
        rows,
      })),
    x: {
      field: "here",
      low: ({ hereBounds }) => hereBounds.low,
      high: ({ hereBounds }) => hereBounds.high,
      title: "in the data",
    },
    y: {
      field: "there",
      low: ({ thereBounds }) => thereBounds.low,
      high: ({ thereBounds }) => thereBounds.high,
      title: "elsewhere",
    },
    against: "equality",
    name: ({ name }) => name,
    labelled: (points) =>
      points.filter(({ name, panel }) => panel === "selectivity" && named.has(name))
        .toSorted((a, b) => b.here! + b.there! - a.here! - a.there!),
  });
}

function rhoText(summary: readonly GeneraliseSummaryRow[], quantity: Quantity): string {
  const { rho, samples_low: low, samples_high: high } =
    summary.find((row) => row.quantity === quantity) ?? {};
  if (rho === undefined) return "no rho";
  const range = low === undefined || high === undefined
    ? ""
    : `, samples ${shortNumber(low)} to ${shortNumber(high)}`;
  return `rho = ${shortNumber(rho)}${range}`;
}

function pointsOf(row: GeneraliseRow): Point[] {
  const name = headName(row);
  const none = { hereBounds: {}, thereBounds: {} };
  return [
    {
      name,
      panel: "selectivity",
      here: row.selectivity,
      there: row.selectivity_elsewhere,
      hereBounds: { low: row.selectivity_low, high: row.selectivity_high },
      thereBounds: { low: row.selectivity_elsewhere_low, high: row.selectivity_elsewhere_high },
    },
    {
      name,
      panel: "exchanged sentences",
      here: row.baseline,
      there: row.baseline_elsewhere,
      ...none,
    },
  ];
}
