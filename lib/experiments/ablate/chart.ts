/** The charts of ablation: what each part of the image tower, or of the text tower by each method, adds to d. */

import { lines, type LinesOptions } from "../../charts/lines.ts";
import {
  estimateText,
  greatest,
  groupsInOrder,
  groupsOf,
  pairGroupTitle,
  roleLabel,
  sidesOf,
} from "../../charts/texts.ts";
import { bootstrapText, type ChartOptions, type ChartSpec, OKABE_ITO } from "../../charts/spec.ts";
import { SHARE_FIELDS, shareMap } from "../../study/effects/ranked.ts";
import type { AblationSummaryRow } from "./tables.ts";
import { type Method, REPLACED_BY } from "./text/options.ts";

const BLOCK = "whole block";

const NAMES = { attn_out: "attention output", mlp_out: "MLP output" };

function partName({ part }: AblationSummaryRow): string {
  return part === undefined ? BLOCK : NAMES[part];
}

/** The fields of lines that show shares of d of parts by layer. */
const PART_LINES: Pick<
  LinesOptions<AblationSummaryRow>,
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

function largestShare(rows: readonly AblationSummaryRow[]): AblationSummaryRow {
  const size = ({ share = 0 }: AblationSummaryRow) => Math.abs(share);
  return rows.reduce((most, row) => size(row) > size(most) ? row : most);
}

function shareText({ share, share_low: low, share_high: high }: AblationSummaryRow): string {
  return estimateText(share!, { low, high });
}

/**
 * Draws the share of d of every part of the image tower (paper, section 7), one panel per negated side and segment: blocks across, a line
 * for attention and one for MLP outputs, each with its intervals. All panels share their axes. Ambiguous rows are left out: their d is near 0, and shares of it
 * would flatten all other lines.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function ablationChart(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const shown = rows.filter(({ segment, share }) => share !== undefined && segment !== "ambiguous");
  return lines(shown, {
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

/**
 * Draws the shares of d of MLPs, of whole attention outputs and of whole blocks, one panel per method and negated side over all its rows:
 * layers across, a line for each kind of part, each with its intervals. All panels share their axes.
 */
export function textAblationChart(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  // a set of nodes has no layer
  const parts = rows.filter((row) =>
    isShown(row) && row.layer !== undefined && row.head === undefined
  );
  return lines(parts, {
    ...options,
    title: "Effect of MLPs, attention and blocks of the text tower, share of d",
    subtitle: `${subtitleOf(parts)}; shares of d with 95 % intervals`,
    caption:
      `Effect of the text tower's MLPs, whole attention outputs and whole blocks (both) as a share of the score difference d, by layer: ${
        whatIsDone(parts)
      }; sum over rows of sign(d) times this, divided by the sum of |d|. Bars are 95 % intervals (${
        bootstrapText(options)
      }); n rows in each panel.`,
    columns: 2,
    panels: methodsAndSides,
    ...PART_LINES,
    form: "Lines with 95 % intervals, one panel per method and side, layers across.",
    told: (group) => {
      const row = largestShare(group);
      return `largest for ${row.node}, ${shareText(row)}`;
    },
  });
}

/**
 * Draws the share of d of every head: one map per method and negated side over all its rows, heads down, layers across. Marks show values
 * that cannot be told from 0 or have no interval.
 */
export function textAblationMap(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const heads = rows.filter((row) => isShown(row) && row.head !== undefined);
  return shareMap(heads, {
    ...options,
    title: "Effect of the text tower's heads, share of d",
    subtitle: subtitleOf(heads),
    caption:
      `Effect of every head of the text tower as a share of the score difference d, by layer: ${
        whatIsDone(heads)
      }`,
    panels: methodsAndSides,
    ...(methodsIn(heads).length !== 1 && { columns: 2 }),
  });
}

function isShown({ segment, share }: AblationSummaryRow): boolean {
  return segment === "all" && share !== undefined;
}

function methodsAndSides(rows: readonly AblationSummaryRow[]) {
  return groupsOf(rows, ({ method }) => method!).flatMap((same) =>
    sidesOf(same).map((rows) => ({
      title: `${rows[0]!.negation}-negated, ${same[0]!.method} (n = ${
        greatest(rows.map(({ n }) => n))
      })`,
      rows,
    }))
  );
}

function methodsIn(rows: readonly AblationSummaryRow[]): Method[] {
  return [...new Set(rows.map(({ method }) => method as Method))];
}

function whatIsDone(rows: readonly AblationSummaryRow[]): string {
  const methods = methodsIn(rows).map((method) => `${REPLACED_BY[method]} (${method})`);
  return `d minus d with its values ${positionsOf(rows)} replaced in both sentences by ${
    methods.join(", ")
  }`;
}

function subtitleOf(rows: readonly AblationSummaryRow[]): string {
  const methods = methodsIn(rows);
  return `d minus d with the values ${positionsOf(rows)} replaced${
    methods.length === 1 ? ` by ${REPLACED_BY[methods[0]!]}` : ""
  }`;
}

function positionsOf(rows: readonly AblationSummaryRow[]): string {
  const role = rows[0]?.role ?? "all";
  return role === "all" ? "at all positions" : `at tokens of the role ${roleLabel(role)}`;
}
