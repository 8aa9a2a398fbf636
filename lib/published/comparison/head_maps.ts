/** The published and the measured selectivity of the attention heads, side by side. */

import type { TopLevelSpec } from "vega-lite";
import { type ColourRange, colourRange } from "../../charts/colour_range.ts";
import {
  type ChartSpec,
  drawn,
  emptyChart,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  sidesOf,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { mapAxis, valueMap } from "../../charts/value_map.ts";
import type { ComparisonChartRow } from "./chart.ts";
import type { ComparisonMapsOptions } from "./maps.ts";

const TITLE = "Negator selectivity of attention heads, published and measured";

const CAPTION =
  "Negator selectivity of attention heads as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right: a head's largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows. Grey: no value";

interface HeadMap {
  readonly title: string[];
  readonly cells: readonly {
    readonly layer: number;
    readonly head: number;
    readonly value: number;
  }[];
}

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
  if (own.length === 0) return emptyChart(TITLE, options);
  const maps = sidesOf(own).flatMap((side) => [
    mapOf(side, "published"),
    mapOf(side, "measured"),
  ]);
  const cells = maps.flatMap((map) => map.cells);
  const sides = {
    range: colourRange(cells.map(({ value }) => value)),
    layers: placesOf(cells.map(({ layer }) => layer)),
    heads: placesOf(cells.map(({ head }) => head)),
  };
  const spec = {
    ...specHead(describe(maps, options), { ...options, caption: `${CAPTION}; ${options.note}.` }),
    title: { text: TITLE, subtitle: options.note },
    columns: 2,
    concat: maps.map((map) => panel(map, sides)),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function placesOf(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function mapOf(side: readonly ComparisonChartRow[], column: "published" | "measured"): HeadMap {
  const cells = side.flatMap(({ layer, head, [column]: value }) =>
    head === undefined || value === undefined ? [] : [{ layer, head, value }]
  );
  return { title: [`${side[0]!.negation}-negated`, column], cells };
}

function panel(
  { title, cells }: HeadMap,
  { range, layers, heads }: {
    readonly range: ColourRange;
    readonly layers: number[];
    readonly heads: number[];
  },
): Panel {
  const type = "ordinal" as const;
  const shown = cells.map(({ layer, head, value }) => ({
    ...{ layer, head, value: drawn(value), label: shortNumber(value) },
    tip: `head ${layer}.${head}: selectivity ${tipEstimate(value)}`,
  }));
  return {
    title: { text: title, style: PANEL_TITLE },
    ...valueMap(shown, {
      ...{ field: "value", legend: "selectivity", range },
      x: { field: "layer", type, scale: { domain: layers }, axis: mapAxis("layer") },
      y: { field: "head", type, scale: { domain: heads }, axis: mapAxis("head") },
    }),
  };
}

/** The number of heads that the alt text names for each map. */
const NAMED = 3;

function describe(maps: readonly HeadMap[], { note }: ComparisonMapsOptions): string {
  const seen = maps.map(({ title, cells }) => {
    const largest = cells.toSorted((a, b) => b.value - a.value).slice(0, NAMED);
    const heads = largest.map(({ layer, head, value }) =>
      `${layer}.${head} (${shortNumber(value)})`
    );
    return `${title.join(", ")}: ${heads.length === 0 ? "no cells" : heads.join(", ")}.`;
  });
  return [`Heat maps, heads down, layers across. ${TITLE}: ${note}.`, ...seen].join(" ");
}
