/** The published and the measured selectivity of the attention heads, side by side. */

import { heatMap } from "../../charts/heat_map.ts";
import { type ChartSpec, groupsOf, sidesOf } from "../../charts/spec.ts";
import { headName } from "../../tables/head_names.ts";
import type { ComparisonRow } from "./cells.ts";
import { columnsBeside, type ComparisonMapsOptions } from "./maps.ts";

/**
 * Draws, for each negated side, the published selectivity of every head and the measured one beside it: heads down, layers across. A head
 * without a value is grey.
 *
 * @param rows The rows of comparison.csv; only those of the table negator_attention are drawn.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function comparisonHeadMaps(
  rows: readonly ComparisonRow[],
  { note, ...options }: ComparisonMapsOptions,
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
