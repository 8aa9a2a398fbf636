/** The curve: how faithful the first nodes of each ranking are, by the share of nodes. */

import type { TopLevelSpec } from "vega-lite";
import type { Reads } from "../../../tables/schema.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  groupsOf,
  specHead,
  TIP,
  tipEstimate,
} from "../../../charts/spec.ts";
import { OKABE_ITO } from "../../../charts/theme.ts";
import type { CurveRow } from "../tables/ranking_schemas.ts";

/** The columns of curve.csv that the chart reads. */
export type CurveChartRow = Reads<
  CurveRow,
  "negation" | "ranking" | "fraction" | "nodes" | "n" | "faithfulness" | "low" | "high"
>;

type DrawnRow = CurveChartRow & { readonly faithfulness: number };

const TITLE = "Faithfulness of the first nodes of each ranking";

/** The colour, shape and dash of each ranking. */
const RANKINGS = {
  denoise: { color: OKABE_ITO.blue, shape: "circle", dash: [] },
  noise: { color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
  direct: { color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  greedy: { color: OKABE_ITO.purple, shape: "diamond", dash: [6, 2, 1, 2] },
};

function captionOf(options: ChartOptions): string {
  return `Faithfulness of sets of heads and MLPs, by the share of nodes that are kept, the first of each ranking: all other nodes have their values of the affirmative run, and what is left of d is divided by d (ratio of sums over rows). Nodes are ranked on the same rows, which tends to make the values too large. Bars are 95 % intervals (${
    bootstrapText(options)
  }).`;
}

/**
 * Draws the curves of all rankings over the rows of both sides; shares of nodes across, on a logarithmic axis as in MIB (2504.13151).
 *
 * @param rows The rows of curve.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function curveChart(rows: readonly CurveChartRow[], options: ChartOptions): ChartSpec {
  const points = rows.filter((row): row is DrawnRow =>
    row.negation === "all" && row.faithfulness !== undefined
  );
  if (points.length === 0) return emptyChart(TITLE, options);
  const spec = {
    ...specHead(describe(points), { ...options, caption: captionOf(options) }),
    title: {
      text: TITLE,
      subtitle: `what is left of d with all other nodes as in the affirmative run; n = ${
        nOf(points)
      }`,
    },
    data: { values: points.map(drawnPoint) },
    layer: layersOf(points),
  } satisfies TopLevelSpec;
  return spec;
}

/** The curves, with a line for each ranking. */
function layersOf(points: readonly DrawnRow[]) {
  const type = "quantitative" as const;
  const names = Object.keys(RANKINGS).filter((name) =>
    points.some(({ ranking }) => ranking === name)
  );
  const styles = names.map((name) => RANKINGS[name as keyof typeof RANKINGS]);
  const ranking = { field: "ranking", type: "nominal" as const };
  const color = {
    ...ranking,
    scale: { domain: names, range: styles.map(({ color }) => color) },
    legend: { symbolStrokeWidth: 0 },
  };
  const x = {
    field: "fraction",
    type,
    title: "share of nodes kept",
    scale: { type: "log" as const, domain: [0.001, 1], nice: false },
    axis: { values: [0.001, 0.01, 0.1, 1], format: "~g" },
  };
  const y = {
    field: "faithfulness",
    type,
    title: "faithfulness",
    scale: {
      domain: axisRange([0, 1, ...points.flatMap((row) => Object.values(boundsOf(row)))]),
      nice: false,
    },
  };
  return [
    {
      data: { values: [{ level: 0 }, { level: 1 }] },
      mark: { type: "rule", strokeDash: [4, 3] },
      encoding: { y: { field: "level", type } },
    },
    {
      mark: { type: "rule" },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" }, color },
    },
    {
      mark: { type: "line", strokeWidth: 1 },
      encoding: {
        x,
        y,
        color,
        strokeDash: { ...ranking, scale: { domain: names, range: styles.map(({ dash }) => dash) } },
      },
    },
    {
      mark: { type: "point", filled: true, opacity: 1, size: 20 },
      encoding: {
        x,
        y,
        color,
        shape: { ...ranking, scale: { domain: names, range: styles.map(({ shape }) => shape) } },
        ...TIP,
      },
    },
  ] satisfies Extract<TopLevelSpec, { layer: unknown }>["layer"];
}

function nOf(points: readonly DrawnRow[]): number {
  return greatest(points.map((row) => row.n));
}

function boundsOf({ faithfulness, low, high }: DrawnRow) {
  return { low: drawn(low ?? faithfulness), high: drawn(high ?? faithfulness) };
}

function drawnPoint(row: DrawnRow) {
  const { ranking, fraction, nodes, n, faithfulness } = row;
  const tip = `${ranking}, first ${nodes} (${fraction} of the nodes): faithfulness ${
    tipEstimate(faithfulness, row)
  }, n = ${n}`;
  return { ranking, fraction, faithfulness: drawn(faithfulness), ...boundsOf(row), tip };
}

function describe(points: readonly DrawnRow[]): string {
  const seen = groupsOf(points, ({ ranking }) => ranking).map((own) => {
    const half = own.findLast(({ fraction }) => fraction <= 0.5) ?? own.at(-1)!;
    return `${half.ranking} ${estimateText(half.faithfulness, half)} at ${half.fraction}`;
  });
  return `Lines with 95 % intervals, share of nodes across. ${TITLE}: ${seen.join(", ")}.`;
}
