/** The ablation chart: what each part of the image tower adds to d. */

import type { Reads } from "../../tables/schema.ts";
import type { AblationSummaryRow } from "./tables.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  estimateText,
  greatest,
  groupsInOrder,
  pairGroupTitle,
  specHead,
} from "../../charts/spec.ts";
import {
  boundsOf,
  EFFECT_PARTS,
  effectPanel,
  type EffectPart,
  type EffectPoint,
} from "./effect_lines.ts";

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

type DrawnRow = AblationChartRow & EffectPoint;

const TITLE = "Effect of the image tower's parts on d";

const PARTS: readonly EffectPart[] = ["attn_out", "mlp_out"];

function captionOf(options: ChartOptions): string {
  return `Mean effect of the parts of the image tower on the score difference d, by layer: d minus d with the attention or MLP output of the block replaced by its value on a flat image of the mean colour. Bars are 95 % intervals (${
    bootstrapText(options)
  }); n rows in each panel.`;
}

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
  const axes = {
    parts: PARTS,
    effects: axisRange([0, ...points.flatMap((row) => Object.values(boundsOf(row)))]),
    layers: greatest(points.map((row) => row.layer)),
  };
  const spec = {
    ...specHead(describe(groups), { ...options, caption: captionOf(options) }),
    title: {
      text: TITLE,
      subtitle: "d minus d with the part's output on the flat image; means with 95 % intervals",
    },
    columns: 2,
    concat: groups.map((group) => effectPanel(pairGroupTitle(group), group, axes)),
    resolve: { scale: { color: "shared", shape: "shared", strokeDash: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function describe(groups: readonly (readonly DrawnRow[])[]): string {
  const seen = groups.map((group) => {
    const largest = group.reduce((most, row) =>
      Math.abs(row.mean_effect) > Math.abs(most.mean_effect) ? row : most
    );
    const { layer, part, mean_effect } = largest;
    return `${pairGroupTitle(group)}: largest for the ${
      EFFECT_PARTS[part].name
    } of layer ${layer}, ${estimateText(mean_effect, largest)}.`;
  });
  const what = "Lines with 95 % intervals, one panel per group, layers across.";
  return [`${what} ${TITLE}.`, ...seen].join(" ");
}
