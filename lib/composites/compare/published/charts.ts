/** The charts of a comparison: the published and the measured maps side by side. */

import { heatMap } from "../../../charts/heat_map.ts";
import { groupsInOrder, groupsOf, sidesOf } from "../../../charts/texts.ts";
import { type ChartOptions, type ChartSpec, isEmptyChart } from "../../../charts/spec.ts";
import { traceMaps } from "../../../experiments/trace/chart.ts";
import type { ComparisonRow } from "./figures.ts";
import type { Sources } from "../../../reading/path.ts";
import type { Comparison } from "./compare.ts";
import { VERDICTS, worstVerdict } from "./findings.ts";

type MapOptions = ChartOptions & {
  readonly note: string;
};

/** Every cell twice: with its published value, then with its measured one. */
function columnsBeside<Row extends ComparisonRow>(rows: readonly Row[]) {
  return (["published", "measured"] as const)
    .flatMap((column) => rows.map((row) => ({ ...row, column, value: row[column] })));
}

/** Draws for each group of rows the published map of the causal tracing effect and the measured one beside it, without marks, since neither has intervals there. */
export function comparisonMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const traced = rows.flatMap(({ negation, segment, role, layer, ...row }) =>
    row.quantity === "causal_trace"
      ? [{ ...row, negation: negation!, segment: segment!, role: role!, layer: layer! }]
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

/** Draws for each negated side the published selectivity of every head and the measured one beside it. */
export function comparisonHeadMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: MapOptions,
): ChartSpec {
  const heads = rows.flatMap(({ negation, layer, head, ...row }) =>
    row.quantity === "negator_attention"
      ? [{ ...row, negation: negation!, layer: layer!, head: head! }]
      : []
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

/** Draws the charts for which there are figures, by the names of their files; the line below their titles is the worst verdict of all runs. */
export function comparisonCharts(
  { comparison: { rows }, matches }: Pick<Comparison, "comparison" | "matches">,
  sources: Sources,
): Readonly<Record<string, ChartSpec>> {
  const options = { sources, note: VERDICTS[worstVerdict(matches)] };
  const charts = {
    comparison_maps: comparisonMaps(rows, options),
    comparison_heads: comparisonHeadMaps(rows, options),
  };
  return Object.fromEntries(Object.entries(charts).filter(([, spec]) => !isEmptyChart(spec)));
}
