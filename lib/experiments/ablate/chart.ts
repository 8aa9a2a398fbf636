/** The ablation chart: what each part of the image tower adds to d. */

import { lines, type LinesOptions } from "../../charts/lines.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  estimateText,
  groupsInOrder,
  pairGroupTitle,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { SHARE_FIELDS } from "../share_map.ts";
import type { AblationSummaryRow } from "./tables.ts";

/** The effect of a part of a block, or of a whole block, whose part has no name in the table. */
export interface PartEffect {
  readonly layer?: number | undefined;
  readonly part?: string | undefined;
  readonly n: number;
  readonly share?: number | undefined;
  readonly share_low?: number | undefined;
  readonly share_high?: number | undefined;
}

const BLOCK = "whole block";

const NAMES = new Map([["attn_out", "attention output"], ["mlp_out", "MLP output"]]);

/** What a chart calls the part of a row. */
export function partName({ part = "" }: PartEffect): string {
  return NAMES.get(part) ?? BLOCK;
}

/** The fields of lines that show shares of d of parts by layer. */
export const PART_LINES: Pick<
  LinesOptions<PartEffect>,
  "x" | "y" | "low" | "high" | "series" | "styles" | "yTitle" | "tip"
> = {
  x: "layer",
  y: SHARE_FIELDS.value,
  low: SHARE_FIELDS.low,
  high: SHARE_FIELDS.high,
  yTitle: SHARE_FIELDS.legend,
  series: { field: "part", of: partName },
  styles: {
    "attention output": { color: OKABE_ITO.blue, shape: "circle", dash: [] },
    "MLP output": { color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
    [BLOCK]: { color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  },
  tip: (row) => `layer ${row.layer}, ${partName(row)}: share of d`,
};

/** The row with the largest share of d, of either sign. */
export function largestShare<Row extends PartEffect>(rows: readonly Row[]): Row {
  const size = ({ share = 0 }: Row) => Math.abs(share);
  return rows.reduce((most, row) => size(row) > size(most) ? row : most);
}

/** A share of d with its interval. */
export function shareText({ share, share_low: low, share_high: high }: PartEffect): string {
  return estimateText(share!, { low, high });
}

/**
 * Draws the share of d of every part of the image tower (paper, section 7), one panel per negated side and segment: blocks across, a line
 * for attention and one for MLP outputs, each with its intervals. All panels share their axes.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function ablationChart(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  return lines(rows.filter(({ share }) => share !== undefined), {
    ...options,
    title: "Effect of the image tower's parts, share of d",
    subtitle: "d minus d with the part's output on the flat image; shares of d with 95 % intervals",
    caption:
      `Effect of the parts of the image tower as a share of the score difference d, by layer: d minus d with the attention or MLP output of the block replaced by its value on a flat image of the mean colour; sum over rows of sign(d) times this, divided by the sum of |d|. Bars are 95 % intervals (${
        bootstrapText(options)
      }); n rows in each panel.`,
    columns: 2,
    panels: (rows) => groupsInOrder(rows).map((rows) => ({ title: pairGroupTitle(rows), rows })),
    ...PART_LINES,
    form: "Lines with 95 % intervals, one panel per group, layers across.",
    told: (group) => {
      const row = largestShare(group);
      return `largest for the ${partName(row)} of layer ${row.layer}, ${shareText(row)}`;
    },
  });
}
