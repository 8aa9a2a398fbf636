/** The map of shares: who holds how much of d at which layer. */

import type { TopLevelSpec } from "vega-lite";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { type ColourRange, colourRange } from "../../charts/colour_range.ts";
import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  pairGroupTitle,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { mapAxis, placesInOrder, valueMap } from "../../charts/value_map.ts";
import { layersText } from "../../tables/layer_ranges.ts";
import {
  holdingsOf,
  isFixed,
  type KnownShare,
  lastLayer,
  shareBounds,
  type ShareLine,
  shownGroups,
} from "./shown.ts";

const TITLE = "Shapley shares of d in the residual stream";

/** All of d; the colours show no more, so that one outlier does not bleach all other cells. */
const MOST_COLOUR = 1;

/** What the panels have in common. */
interface Scales {
  readonly range: ColourRange;
  readonly marks: readonly string[];
  readonly markOf: (row: KnownShare) => string | undefined;
  readonly layers: number[];
  readonly roles: string[];
}

/**
 * Draws what share of d each role holds at each layer: roles down, layers across, one panel per side as {@linkcode shownGroups} chooses
 * them. The shares of a column sum to 1.
 *
 * @param rows The rows of shares_summary.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function sharesMap(rows: readonly ShareLine[], options: ChartOptions): ChartSpec {
  const groups = shownGroups(rows);
  const cells = groups.flat();
  if (cells.length === 0) return emptyChart(TITLE, options);
  const last = lastLayer(cells);
  const range = colourRange(cells.map(({ share }) => share), { most: MOST_COLOUR });
  const markOf = ({ share: value, share_low: low, share_high: high, layer }: KnownShare) =>
    cellMark({ value, low, high, isFixed: isFixed(layer, last) }, range);
  const scales: Scales = {
    ...{ range, markOf, marks: marksInOrder(cells.map(markOf)) },
    layers: placesInOrder(cells.map(({ layer }) => layer)),
    roles: rolesInOrder(cells.map(({ role }) => role)).map(roleLabel),
  };
  const spec = {
    ...specHead(describe(groups, last), {
      ...options,
      caption: captionOf({ ...options, marks: scales.marks }),
    }),
    title: { text: TITLE, subtitle: "layer 0: embeddings; the shares of a layer sum to 1" },
    concat: groups.map((group) => panel(group, scales)),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panel(group: readonly KnownShare[], scales: Scales): Panel {
  const { range, marks, markOf, layers, roles } = scales;
  return {
    title: { text: pairGroupTitle(group), style: PANEL_TITLE },
    ...valueMap(group.map((row) => drawnCell(row, markOf(row))), {
      ...{ field: "share", legend: "share of d", range, marks },
      x: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
      y: { field: "role", type: "nominal", scale: { domain: roles }, axis: mapAxis(null) },
    }),
  };
}

function drawnCell(row: KnownShare, mark: string | undefined) {
  const { layer, share, n } = row;
  const role = roleLabel(row.role);
  return {
    ...{ layer, role, share: drawn(share), label: shortNumber(share) },
    ...(mark !== undefined && { mark }),
    tip: `layer ${layer}, ${role}: share of d ${tipEstimate(share, shareBounds(row))}, n = ${n}`,
  };
}

function captionOf({ marks, ...options }: ChartOptions & { readonly marks: readonly string[] }) {
  return [
    "Shapley shares of the score difference d: what the residual stream of the negated sentence at a role's tokens adds when it is put into the affirmative one after each block (layer 0: embeddings), averaged over all orders in which the roles can be patched; sums over rows of sign(d) times this, divided by the sum of |d|. Below 0 a role takes away from d. The shares of a layer sum to 1.",
    marksText(marks, options),
  ].filter((sentence) => sentence !== "").join(" ");
}

function describe(groups: readonly (readonly KnownShare[])[], last: number): string {
  const seen = groups.map((group) => {
    const held = holdingsOf(group, last).map(({ layers, most }) => {
      const where = layers.length === 1
        ? `layer ${most.layer}`
        : `layers ${layersText(layers)}, most in ${most.layer}`;
      return `${roleLabel(most.role)} in ${where} with ${
        estimateText(most.share, shareBounds(most))
      }`;
    });
    return `${pairGroupTitle(group)}: ${held.length === 0 ? "none certain" : held.join("; ")}.`;
  });
  return [
    `Heat maps, token roles down, layers across. ${TITLE}.`,
    ...seen,
    "Named are shares of .05 or more whose simultaneous 95 % interval excludes 0. At layer 0 the negator has all of d, and at the last EOT.",
  ].join(" ");
}
