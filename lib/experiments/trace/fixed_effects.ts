/** Effects that the method fixes, which hold for any model and are no findings, and those of single rows that it does not fix. */

import { isCertain } from "../../study/effects/peak_runs.ts";
import { greatest, roleLabel } from "../../charts/texts.ts";
import { headName } from "../../tables/nodes.ts";
import { isBeforeNegator } from "../../data/align.ts";
import type { RowEffects } from "../../study/experiment/each_row.ts";
import { directionsIn } from "./cells.ts";
import type { EffectRow } from "./effects.ts";
import type { TraceMapRow } from "./chart.ts";

export interface TracePlace {
  /** The traced site; undefined in tables of other experiments, where only the role can fix a value. */
  readonly site?: string | undefined;
  /** The block's number from 1; 0 for the embeddings. */
  readonly layer: number;
  /** The token's role; undefined in tables that are not by role. */
  readonly role?: string | undefined;
  readonly causal?: boolean;
  /** Whether the embedding is made at the last of the padded positions rather than at the end token. @default {false} */
  readonly pooled?: boolean;
}

export interface ModelTraits {
  /** Whether no value before the negator differs from 0, as in every model with causal attention. */
  readonly causal: boolean;
  /** Whether there is a position after the padding from which the embedding is made. */
  readonly pooled: boolean;
}

export function traitsOf(
  cells: readonly { readonly role?: string | undefined; readonly values: readonly number[] }[],
): ModelTraits {
  return {
    causal: cells.every(({ role, values }) =>
      !isBeforeNegator(role) || values.every((value) => Math.abs(value) < LEAST_NONZERO)
    ),
    pooled: cells.some(({ role }) => role === "pooled"),
  };
}

export function lastLayer(rows: readonly Pick<TraceMapRow, "layer">[]): number {
  return greatest(rows.map(({ layer }) => layer));
}

/** Whether a role is that of the position from which the embedding is made, in a tower that is pooled at the end token or at the last. */
function isRead(role: string | undefined, pooled: boolean): boolean {
  return role === (pooled ? "pooled" : "eot");
}

/**
 * Whether the method fixes a mean effect at 1, since the patch turns the run into that of the negated sentence: the negator's embedding,
 * if the sentences differ in nothing else, and in the last block the residual stream at the end token, or where the embedding is made.
 */
export function isFullSwap(
  { site, layer, role, cte }: Pick<TraceMapRow, "site" | "layer" | "role" | "cte">,
  last: number,
): boolean {
  const isStream = site === "resid" || site === "resid_mid";
  const isAtEnd = (role === "eot" || role === "pooled") && layer === last;
  const isSwap = role === "negator" && layer === 0 || isAtEnd;
  return isStream && isSwap && cte === 1;
}

/** Whether a trace's summary and its chart's description name an effect: one that is certain, or that the method fixes at 1. */
export function isNamed(row: TraceMapRow, last: number): boolean {
  return isFullSwap(row, last) || isCertain(row);
}

/** An effect below this is 0 in float32. */
export const LEAST_NONZERO = 1e-6;

/** Whether an effect is 0 because the method fixes it there, whatever the model. */
export function isFixedZero(
  { cte, ...place }: TracePlace & { readonly cte: number },
  last: number,
): boolean {
  return isFixedPlace(place, last) && Math.abs(cte) < LEAST_NONZERO;
}

/**
 * Whether the method fixes a place at 0 or 1 for every model: with causal attention 0 at the roles before the negator, which no later
 * token reaches; in any model 0 in the last block at all tokens from which nothing is read, and 1 in its residual stream at that from
 * which the embedding is made. The embeddings are fixed too: 1 at the negator and 0 elsewhere, if the sentences differ in nothing else.
 */
export function isFixedPlace(
  { site, layer, role, causal = true, pooled = false }: TracePlace,
  last: number,
): boolean {
  if (causal && isBeforeNegator(role)) return true;
  if (site === undefined) return false;
  if (layer === 0) return true;
  return layer === last && (site === "resid" || site === "resid_mid" || !isRead(role, pooled));
}

/** The effects at the places that the method does not fix: of each role that in its largest layer, or of each head that at its largest role. */
export function rowTraces(table: Iterable<EffectRow>): RowEffects {
  const rows = [...table];
  const last = lastLayer(rows);
  const traits = traitsOf(
    rows.map(({ role, cte }) => ({ role, values: cte === undefined ? [] : [cte] })),
  );
  const isBoth = directionsIn(rows).length > 1;
  return {
    of: "causal tracing effects",
    asTheyAre: true,
    effects: rows.filter((row) => !isFixedPlace({ ...row, ...traits }, last)).map((row) => {
      const { id, layer, head, role, direction, cte } = row;
      const [part, at] = head === undefined
        ? [roleLabel(role), `in layer ${layer}`]
        : [headName({ layer, head }), `at ${roleLabel(role)}`];
      return { id, part: isBoth ? `${direction}: ${part}` : part, at, effect: cte };
    }),
  };
}
