/** Which effects a summary names: those that the method does not fix for every model, by their shares of d. */

import { excludesZero } from "../../tables/estimates.ts";
import { isBeforeNegator } from "../../data/align.ts";

/** The least share of d that summaries name, of either sign. */
export const LEAST_SHARE = 0.05;

/** A share of d with the interval that holds for all lines of its table and group at once. */
export interface ShareLine {
  /** The share. */
  readonly share?: number | undefined;
  /** The interval's lower bound. */
  readonly simultaneous_low?: number | undefined;
  /** The interval's upper bound. */
  readonly simultaneous_high?: number | undefined;
}

/**
 * The lines that a summary names, the largest share of either sign first: at least {@linkcode LEAST_SHARE}, with a simultaneous interval
 * that excludes 0. What a single row has is certain of it, and needs no interval.
 */
export function largestShares<Line extends ShareLine>(
  lines: readonly Line[],
  ofOneRow = false,
): Line[] {
  return lines.filter((line) =>
    ofOneRow ? Math.abs(line.share ?? 0) >= LEAST_SHARE : isNamedShare(line)
  )
    .sort((a, b) => Math.abs(b.share!) - Math.abs(a.share!));
}

export function isNamedShare(line: ShareLine): boolean {
  return isCertain(line) && Math.abs(line.share!) >= LEAST_SHARE;
}

/** The least effect on alpha that summaries name, in logits: the affirmative sentence rises by twice as much. */
const LEAST_ALPHA = 0.1;

/** Whether an effect on alpha is named: by its size, with a simultaneous interval that excludes 0. */
export function isNamedAlpha(
  alpha: number | undefined,
  bounds: { readonly low?: number | undefined; readonly high?: number | undefined },
): boolean {
  return alpha !== undefined && Math.abs(alpha) >= LEAST_ALPHA && excludesZero(bounds);
}

export function isTestedShare({ simultaneous_low: low }: ShareLine): boolean {
  return low !== undefined;
}

function isCertain({ simultaneous_low: low, simultaneous_high: high }: ShareLine): boolean {
  return excludesZero({ low, high });
}

/** What a summary says where it names nothing: that there is nothing only if every interval lies near 0. */
export function noneNamedText(lines: readonly ShareLine[]): string {
  if (lines.every(({ share }) => share === undefined)) {
    return "no share of d, since d is no more than the rounding error of S in every row";
  }
  const tested = lines.filter(isTestedShare);
  if (tested.length === 0) return `none of ${LEAST_SHARE} or more`; // in a single row
  const most = Math.max(
    ...tested.map(({ simultaneous_low: low, simultaneous_high: high }) => Math.max(-low!, high!)),
  );
  if (most > LEAST_SHARE) {
    return `none certain of ${LEAST_SHARE} or more; by simultaneous 95 % intervals shares up to ${
      most.toFixed(2)
    } are possible`;
  }
  const certain = tested.filter(isCertain).length;
  const smaller = certain === 0 ? "" : ` of ${LEAST_SHARE} or more, ${certain} smaller`;
  return `none${smaller}; by simultaneous 95 % intervals no share is beyond ${LEAST_SHARE}`;
}

interface TracePlace {
  /** The traced site; undefined in tables of other experiments, where only the role can fix a value. */
  readonly site?: string | undefined;
  readonly layer: number;
  /** The token's role; undefined in tables that are not by role. */
  readonly role?: string | undefined;
}

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
  placeOf: (cell: Cell) => TracePlace & { readonly values: readonly (number | undefined)[] },
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
