/** The ablation chart: what each part of the image tower adds to d. */

import type { Reads } from "../../tables/schema.ts";
import type { AblationSummaryRow } from "./tables.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  groupsInOrder,
  pairGroupTitle,
  type Panel,
  PANEL_TITLE,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** The columns of ablation_summary.csv. */
export type AblationChartRow = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "layer"
  | "part"
  | "n"
  | "mean_effect"
  | "low"
  | "high"
>;

type DrawnRow = AblationChartRow & { readonly mean_effect: number };

const TITLE = "Effect of the image tower's parts on d";

const CAPTION =
  "Mean effect of the parts of the image tower on the score difference d, by layer: d minus d with the attention or MLP output of the block replaced by its value on a flat image of the mean colour. Bars are 95 % intervals (bootstrap over clusters of rows); n rows in each panel.";

/** The colour, shape and dash of each part. */
const PARTS = {
  attn_out: { name: "attention output", color: OKABE_ITO.blue, shape: "circle", dash: [] },
  mlp_out: { name: "MLP output", color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
};

/** The distance between the two parts, in layers: it keeps their intervals from covering each other. */
const APART = 0.2;

/**
 * Draws the mean effect of every part of the image tower (paper, section 7), one panel per negated side and segment: blocks
 * across, attention and MLP output distinguished by colour, shape and dash, each with its interval. All panels share their axes; the two
 * sides of a segment stand side by side.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function ablationChart(rows: readonly AblationChartRow[], options: ChartOptions): ChartSpec {
  const points = rows.filter((row): row is DrawnRow => row.mean_effect !== undefined);
  if (points.length === 0) return emptyChart(TITLE, options);
  const groups = groupsInOrder(points);
  const effects = axisRange([0, ...points.flatMap((row) => Object.values(boundsOf(row)))]);
  const layers = greatest(points.map((row) => row.layer));
  const spec = {
    ...specHead(describe(groups), { ...options, caption: CAPTION }),
    title: {
      text: TITLE,
      subtitle: "d minus d with the part's output on the flat image; means with 95 % intervals",
    },
    columns: 2,
    concat: groups.map((group) => panel(group, { effects, layers })),
    resolve: { scale: { color: "shared", shape: "shared", strokeDash: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panel(
  group: readonly DrawnRow[],
  { effects, layers }: { readonly effects: [number, number]; readonly layers: number },
): Panel {
  const type = "quantitative" as const;
  const parts = Object.values(PARTS);
  const part = { field: "part", type: "nominal" as const };
  const domain = parts.map(({ name }) => name);
  const color = {
    ...part,
    scale: { domain, range: parts.map(({ color }) => color) },
    legend: { symbolStrokeWidth: 0 },
  };
  const x = {
    field: "place",
    type,
    title: "layer",
    scale: { domain: [0.5, layers + 0.5], nice: false },
    axis: {
      values: Array.from({ length: layers }, (_, i) => i + 1),
      format: "d",
      labelSeparation: 3,
    },
  };
  const y = {
    field: "mean_effect",
    type,
    title: "effect on d",
    scale: { domain: effects, nice: false },
  };
  return {
    title: { text: pairGroupTitle(group), style: PANEL_TITLE },
    data: { values: group.map(drawnPoint) },
    transform: [{
      calculate: `datum.layer + (datum.part === '${PARTS.attn_out.name}' ? ${-APART / 2} : ${
        APART / 2
      })`,
      as: "place",
    }],
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule" },
        encoding: { y: { field: "zero", type } },
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
          strokeDash: { ...part, scale: { domain, range: parts.map(({ dash }) => dash) } },
        },
      },
      {
        mark: { type: "point", filled: true, opacity: 1, size: 20 },
        encoding: {
          x,
          y,
          color,
          shape: { ...part, scale: { domain, range: parts.map(({ shape }) => shape) } },
          ...TIP,
        },
      },
    ],
  };
}

function boundsOf({ mean_effect, low, high }: DrawnRow) {
  return { low: drawn(low ?? mean_effect), high: drawn(high ?? mean_effect) };
}

function partName(part: string): string {
  return part === "attn_out" || part === "mlp_out" ? PARTS[part].name : part;
}

function drawnPoint(row: DrawnRow) {
  const { layer, n, mean_effect } = row;
  const part = partName(row.part);
  const tip = `layer ${layer}, ${part}: effect on d ${tipEstimate(mean_effect, row)}, n = ${n}`;
  return { layer, part, mean_effect: drawn(mean_effect), ...boundsOf(row), tip };
}

function describe(groups: readonly (readonly DrawnRow[])[]): string {
  const seen = groups.map((group) => {
    const largest = group.reduce((most, row) =>
      Math.abs(row.mean_effect) > Math.abs(most.mean_effect) ? row : most
    );
    const { layer, part, mean_effect } = largest;
    return `${pairGroupTitle(group)}: largest for the ${partName(part)} of layer ${layer}, ${
      estimateText(mean_effect, largest)
    }.`;
  });
  const what = "Lines with 95 % intervals, one panel per group, layers across.";
  return [`${what} ${TITLE}.`, ...seen].join(" ");
}
