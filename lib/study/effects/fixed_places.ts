/** Places whose effect the method fixes for every model, at 0 or at that of a full swap. */

import { isBeforeNegator } from "../../data/align.ts";

/** A place of a trace, or of a table that is not by site or role. */
interface TracePlace {
  /** The traced site; undefined in tables of other experiments, where only the role can fix a value. */
  readonly site?: string | undefined;
  /** The block's number from 1; 0 for the embeddings. */
  readonly layer: number;
  /** The token's role; undefined in tables that are not by role. */
  readonly role?: string | undefined;
}

interface PlacedCell extends TracePlace {
  readonly values: readonly (number | undefined)[];
}

/** An effect below this is 0 in float32. */
const LEAST_NONZERO = 1e-6;

/**
 * Makes a test for the cells of a table whose value the method does not fix at 0 or 1 for every model, by the layers, roles and values that
 * there are. Fixed is: with causal attention, whose effects before the negator are all 0, 0 at these roles, which no later token reaches; in any model 0 in
 * the last block at all tokens from which nothing is read, and 1 in its residual stream at that from which the embedding is made, which is
 * the pooled position where there is one. The embeddings are fixed too: 1 at the negator and 0 elsewhere, if the sentences differ in
 * nothing else.
 */
export function freeCells<Cell>(
  cells: readonly Cell[],
  placeOf: (cell: Cell) => PlacedCell,
): (cell: Cell) => boolean {
  const placed = cells.map(placeOf);
  const last = placed.reduce((most, { layer }) => Math.max(most, layer), 0);
  const causal = placed.every(({ role, values }) =>
    !isBeforeNegator(role) ||
    values.every((value) => value === undefined || Math.abs(value) < LEAST_NONZERO)
  );
  const read = placed.some(({ role }) => role === "pooled") ? "pooled" : "eot";
  return (cell) => {
    const { site, layer, role } = placeOf(cell);
    if (causal && isBeforeNegator(role)) return false;
    if (site === undefined) return true;
    const isStream = site === "resid" || site === "resid_mid";
    return layer !== 0 && (layer !== last || !isStream && role === read);
  };
}

/** Whether the method fixes an effect of a trace, so that there is no doubt about it: a place is fixed at 0 or 1 if the sentences differ in the negator alone. */
export function fixedIn<Cell extends TracePlace & { readonly cte?: number | undefined }>(
  rows: readonly Cell[],
) {
  const isFree = freeCells(rows, (row) => ({ ...row, values: [row.cte] }));
  const isFixed = (row: Cell) =>
    !isFree(row) && (row.cte === 1 || Math.abs(row.cte ?? 0) < LEAST_NONZERO);
  return { isFree, isFixed };
}
