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
  | "share"
  | "share_low"
  | "share_high"
>;

type DrawnRow = AblationChartRow & EffectPoint;

const TITLE = "Effect of the image tower's parts, share of d";

const PARTS: readonly EffectPart[] = ["attn_out", "mlp_out"];

function captionOf(options: ChartOptions): string {
  return `Effect of the parts of the image tower as a share of the score difference d, by layer: d minus d with the attention or MLP output of the block replaced by its value on a flat image of the mean colour; sum over rows of sign(d) times this, divided by the sum of |d|. Bars are 95 % intervals (${
    bootstrapText(options)
  }); n rows in each panel.`;
}

/**
 * Draws the share of d of every part of the image tower (paper, section 7), one panel per negated side and segment: blocks
 * across, attention and MLP output distinguished by colour, shape and dash, each with its interval. All panels share their axes; the two
 * sides of a segment stand side by side.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function ablationChart(rows: readonly AblationChartRow[], options: ChartOptions): ChartSpec {
  const points = rows.filter((row): row is DrawnRow => row.share !== undefined);
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
      subtitle:
        "d minus d with the part's output on the flat image; shares of d with 95 % intervals",
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
      Math.abs(row.share) > Math.abs(most.share) ? row : most
    );
    const { layer, part, share, share_low: low, share_high: high } = largest;
    return `${pairGroupTitle(group)}: largest for the ${
      EFFECT_PARTS[part].name
    } of layer ${layer}, ${estimateText(share, { low, high })}.`;
  });
  const what = "Lines with 95 % intervals, one panel per group, layers across.";
  return [`${what} ${TITLE}.`, ...seen].join(" ");
}
