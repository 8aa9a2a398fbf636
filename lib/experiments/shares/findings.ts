/** Which roles hold d at which layers. */

import { LEAST_EFFECT } from "../../study/effects/peak_runs.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import {
  greatest,
  groupsInOrder,
  groupsOf,
  pairGroupTitle,
  ROLE_SIDE,
  roleLabel,
} from "../../charts/texts.ts";
import { isNamedShare, noneNamedText } from "../../study/effects/named_shares.ts";
import type { ShareSummaryRow } from "./tables.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { layersNamed, layersText } from "../../tables/nodes.ts";
import { namesText, SHARE_FIELDS, simultaneousText, whereNegated } from "../top_shares.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { bracketed } from "../../tables/text_table.ts";

export type KnownShare = ShareSummaryRow & { readonly share: number };

export function isKnown(row: ShareSummaryRow): row is KnownShare {
  return row.share !== undefined;
}

function shownGroups(rows: readonly ShareSummaryRow[]): readonly (readonly KnownShare[])[] {
  return groupsInOrder(rows.filter(isKnown).filter(({ segment }) => segment === "all"));
}

export function lastLayer(rows: readonly { readonly layer: number }[]): number {
  return greatest(rows.map(({ layer }) => layer));
}

/** Whether the method fixes the shares of a layer: at the embeddings and after the last block one role holds all of d. */
export function isFixed(layer: number, last: number): boolean {
  return layer === 0 || layer === last;
}

/**
 * Whether the summary and the description of the chart name a share: it is at least {@linkcode LEAST_EFFECT}, of either sign, and its simultaneous interval excludes 0.
 */
export function isNamed(row: KnownShare): boolean {
  return Math.abs(row.share) >= LEAST_EFFECT && isNamedShare(row);
}

interface Holding {
  readonly layers: readonly number[];
  /** The line of the layer at which it is largest. */
  readonly most: KnownShare;
}

/**
 * Finds which roles hold d at which layers, other than at those that the method fixes. Returns the holdings in the order of the roles, what
 * a role adds before what it takes away.
 */
export function holdingsOf(group: readonly KnownShare[], last: number): Holding[] {
  return groupsOf(group, ({ role }) => role).flatMap((ofRole) => {
    const named = ofRole.filter((row) => !isFixed(row.layer, last) && isNamed(row));
    return [1, -1].flatMap((sign) => {
      const alike = named.filter(({ share }) => sign * share > 0);
      if (alike.length === 0) return [];
      const most = alike.reduce((a, b) => sign * b.share > sign * a.share ? b : a);
      return [{ layers: alike.map(({ layer }) => layer), most }];
    });
  });
}

/**
 * Draws what share of d each role holds at each layer: roles down, layers across, one panel per side as {@linkcode shownGroups} chooses
 * them. The shares of a column sum to 1.
 */
export function sharesMap(rows: readonly ShareSummaryRow[], options: ChartOptions): ChartSpec {
  const groups = shownGroups(rows);
  const last = lastLayer(groups.flat());
  return heatMap(groups.flat(), {
    ...options,
    title: "Shapley shares of d in the residual stream",
    subtitle: "layer 0: embeddings; the shares of a layer sum to 1",
    caption:
      "Shapley shares of the score difference d: what the residual stream of the negated sentence at a role's tokens adds when it is put into the affirmative one after each block (layer 0: embeddings), averaged over all orders in which the roles can be patched; sums over rows of sign(d) times this, divided by the sum of |d|. Below 0 a role takes away from d. The shares of a layer sum to 1",
    form: "Heat maps, token roles down, layers across.",
    panels: () => groups.map((rows) => ({ title: pairGroupTitle(rows), rows })),
    x: "layer",
    y: ROLE_SIDE,
    ...SHARE_FIELDS,
    most: 1, // all of d, so that one outlier does not bleach all other cells
    judged: ({ layer }) => ({ isFixed: isFixed(layer, last) }),
    tip: ({ layer, role }) => `layer ${layer}, ${roleLabel(role)}: share of d`,
    named: {
      most: 5,
      isNamed: (row) => !isFixed(row.layer, last) && isNamed(row),
      nameOf: ({ layer, role }) => `${roleLabel(role)} in layer ${layer}`,
    },
    altEnd:
      "Named are shares of .05 or more whose simultaneous 95 % interval excludes 0. At layer 0 the negator has all of d, and at the last EOT.",
  });
}

/** Digits after the point: those that the paper prints of its effects. */
const DIGITS = 2;

export function sharesFindings(rows: readonly ShareSummaryRow[]): Finding {
  const last = lastLayer(rows);
  const sides = groupsOf(rows.filter(({ segment }) => segment === "all"), (row) => row.negation)
    .map((side) => ({ side, holdings: holdingsOf(side.filter(isKnown), last) }));
  return {
    sentences: sides.map(({ side, holdings }) =>
      `${whereNegated(side[0]!)}, ${
        holdings.length > 0
          ? heldText(holdings)
          : `no role is named: ${
            noneNamedText(side.filter(({ layer }) => !isFixed(layer, last)), LEAST_EFFECT)
          }`
      }`
    ),
    tables: [{
      title: "Who holds d at which layers",
      digits: DIGITS,
      lines: sides.flatMap(({ side, holdings }) => {
        const all = greatest(side.filter(isKnown).map(({ n }) => n));
        return holdings.map(({ layers, most }) => ({
          negated: most.negation,
          role: roleLabel(most.role),
          layers: layersText(layers),
          at: most.layer,
          share: most.share,
          simultaneous: simultaneousText(most, DIGITS),
          rows: most.n === all ? `${all}` : `${most.n}/${all}`,
          ...controlLine(most),
        }));
      }),
    }],
  };
}

function heldText(holdings: readonly Holding[]): string {
  const names = holdings.map(({ layers, most }) =>
    `${roleLabel(most.role)} in ${layersNamed(layers)} ${
      bracketed(most.share, { low: most.simultaneous_low, high: most.simultaneous_high })
    }`
  );
  const specific = specificText(
    holdings.map(({ most }) => most),
    (lines) => namesText(lines.map(({ role, layer }) => `${roleLabel(role)} in layer ${layer}`)),
  );
  const largest = names.length < 2
    ? ""
    : ", by its largest share in any layer (they do not add up)";
  return `d passes through ${namesText(names, 4)}${largest}${specific}`;
}
