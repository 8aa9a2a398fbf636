/** Which groups of rows the chart and the summary show, and which of their shares say something of the model. */

import { LEAST_EFFECT } from "../../study/effects/peak_runs.ts";
import { greatest, groupsInOrder, groupsOf } from "../../charts/spec.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import type { ShareSummaryRow } from "./tables.ts";

export type KnownShare = ShareSummaryRow & { readonly share: number };

export function isKnown(row: ShareSummaryRow): row is KnownShare {
  return row.share !== undefined;
}

export function shownGroups(rows: readonly ShareSummaryRow[]): readonly (readonly KnownShare[])[] {
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

export interface Holding {
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
