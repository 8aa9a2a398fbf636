/** The published and the measured causal-trace maps, side by side. */

import type { TopLevelSpec } from "vega-lite";
import type { ComparisonChartRow } from "./chart.ts";
import {
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  groupsOf,
  specHead,
} from "../../charts/spec.ts";
import { peaksText } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { type TraceCell, tracePanel, traceScales } from "../../experiments/trace/map_panel.ts";

/** What the maps are drawn from besides their cells. */
export interface ComparisonMapsOptions extends ChartOptions {
  /** The line below the title, which says whether the measured model is the published one. */
  readonly note: string;
}

const TITLE = "Causal tracing effect (CTE), published and measured";

interface TitledMap {
  readonly title: string;
  readonly cells: readonly TraceCell[];
}

/**
 * Draws, for each group of rows, the published map of the causal tracing effect and the measured map beside it, all with the same
 * colours and axes. A cell that was not measured stays empty.
 *
 * @param rows The rows of comparison.csv; only those of the table causal_trace are drawn.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function comparisonMaps(
  rows: readonly ComparisonChartRow[],
  options: ComparisonMapsOptions,
): ChartSpec {
  const groups = groupsOf(
    rows.filter((row) => row.table === "causal_trace"),
    (row) => `${row.negation} ${row.segment}`,
  );
  if (groups.length === 0) return emptyChart(TITLE, options);
  const maps = groups.flatMap((group) => [mapOf(group, "published"), mapOf(group, "measured")]);
  const scales = traceScales(maps.map(({ cells }) => cells));
  const spec = {
    ...specHead(describe(maps, options), options),
    title: { text: TITLE, subtitle: options.note },
    columns: 2,
    align: "each",
    concat: maps.map(({ title, cells }, i) =>
      tracePanel(cells, { title, scales, isLabelled: i % 2 === 0 })
    ),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function mapOf(group: readonly ComparisonChartRow[], column: "published" | "measured"): TitledMap {
  const { negation, segment } = group[0]!;
  const cells = group.flatMap(({ layer, role, [column]: cte }) =>
    role === undefined || cte === undefined ? [] : [{ layer, role, cte }]
  );
  return { title: `${column}: ${negation}-negated, ${segment}`, cells };
}

function describe(maps: readonly TitledMap[], { note }: ComparisonMapsOptions): string {
  const seen = maps.map(({ title, cells }) =>
    `${title}: ${peaksText(cells, ({ role }) => roleLabel(role)) ?? "no cells"}.`
  );
  return [`Heat maps, token roles down, layers across. ${TITLE}: ${note}.`, ...seen].join(" ");
}
