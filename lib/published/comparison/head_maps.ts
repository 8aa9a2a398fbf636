/** The published and the measured selectivity of the attention heads, side by side. */

import { headMaps, type TitledHeads } from "../../charts/head_maps.ts";
import { type ChartSpec, sidesOf } from "../../charts/spec.ts";
import type { ComparisonChartRow } from "./chart.ts";
import type { ComparisonMapsOptions } from "./maps.ts";

const TITLE = "Negator selectivity of attention heads, published and measured";

const CAPTION =
  "Negator selectivity of attention heads as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right: a head's largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows";

/**
 * Draws, for each negated side, the published selectivity of every head and the measured one beside it: heads down, layers across,
 * all with the same colours. A head without a value is grey.
 *
 * @param rows The rows of comparison.csv; only those of the table negator_attention are drawn.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function comparisonHeadMaps(
  rows: readonly ComparisonChartRow[],
  options: ComparisonMapsOptions,
): ChartSpec {
  const own = rows.filter(({ table }) => table === "negator_attention");
  const maps = sidesOf(own).flatMap((side) => [mapOf(side, "published"), mapOf(side, "measured")]);
  const sizeOf = (of: (row: ComparisonChartRow) => number | undefined) => new Set(own.map(of)).size;
  const places = sizeOf(({ layer }) => layer) * sizeOf(({ head }) => head);
  const isFull = maps.every(({ cells }) => cells.length === places);
  const caption = isFull ? CAPTION : `${CAPTION}. Grey: no value`;
  return headMaps(maps, {
    ...options,
    ...{ title: TITLE, subtitle: options.note, caption, columns: 2 },
    ...{ field: "value", legend: "selectivity", valueName: "selectivity", estimated: false },
    named: { most: 3, intro: "", ofEitherSign: false },
  });
}

function mapOf(side: readonly ComparisonChartRow[], column: "published" | "measured"): TitledHeads {
  const cells = side.flatMap(({ layer, head, [column]: value }) =>
    head === undefined || value === undefined ? [] : [{ layer, head, value }]
  );
  return { title: [`${side[0]!.negation}-negated`, column], cells };
}
