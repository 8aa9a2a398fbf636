/** The published and the measured causal-trace maps, side by side. */

import type { TopLevelSpec } from "vega-lite";
import type { ComparisonChartRow } from "./chart.ts";
import {
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  groupsInOrder,
  specHead,
} from "../../charts/spec.ts";
import { isLarge, peaksText, type PeaksTextOptions } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { type TraceCell, tracePanel, traceScales } from "../../experiments/trace/map_panel.ts";

/** What the maps are drawn from besides their cells. */
export interface ComparisonMapsOptions extends ChartOptions {
  /** The line below the title, which says whether the measured model is the published one. */
  readonly note: string;
}

const TITLE = "Causal tracing effect (CTE), published and measured";

const CAPTION =
  "Causal tracing effect (CTE) as published by Quantmeyer, Mosteiro and Gatt (2024), left, and as measured, right, by token role and layer. Bars show the population standard deviation (SD) over the roles from the negator to EOT";

interface TitledMap {
  readonly title: string[];
  readonly cells: readonly TraceCell[];
}

/**
 * Draws, for each group of rows, the published map of the causal tracing effect and the measured map beside it, all with the same
 * colours and axes. A cell that was not measured stays empty. No cell is marked, since neither map's intervals are in the table.
 *
 * @param rows The rows of comparison.csv; only those of the table causal_trace are drawn.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function comparisonMaps(
  rows: readonly ComparisonChartRow[],
  options: ComparisonMapsOptions,
): ChartSpec {
  const groups = groupsInOrder(
    rows.flatMap((row) => {
      const { table, segment } = row;
      return table === "causal_trace" && segment !== undefined ? [{ ...row, segment }] : [];
    }),
  );
  if (groups.length === 0) return emptyChart(TITLE, options);
  const maps = groups.flatMap((group) => [mapOf(group, "published"), mapOf(group, "measured")]);
  const scales = traceScales(maps.map(({ cells }) => cells), { estimated: false });
  const spec = {
    ...specHead(describe(maps, options), { ...options, caption: `${CAPTION}; ${options.note}.` }),
    title: { text: TITLE, subtitle: options.note },
    columns: 2,
    concat: maps.map(({ title, cells }) => tracePanel(cells, { title, scales })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function mapOf(group: readonly ComparisonChartRow[], column: "published" | "measured"): TitledMap {
  const { negation, segment } = group[0]!;
  const cells = group.flatMap(({ layer, role, [column]: cte }) =>
    role === undefined || cte === undefined ? [] : [{ layer, role, cte }]
  );
  return { title: [`${negation}-negated, ${segment}`, column], cells };
}

/** The table has no intervals to tell what is certain. */
const PEAKS: PeaksTextOptions<TraceCell> = {
  nameOf: ({ role }) => roleLabel(role),
  isNamed: isLarge,
};

function describe(maps: readonly TitledMap[], { note }: ComparisonMapsOptions): string {
  const seen = maps.map(({ title, cells }) =>
    `${title.join(", ")}: ${peaksText(cells, PEAKS) ?? "no cells"}.`
  );
  const what = `Heat maps, token roles down, layers across. ${TITLE}: ${note}.`;
  return [
    what,
    "Neither map has intervals, so that the largest values need not be certain.",
    ...seen,
  ]
    .join(" ");
}
