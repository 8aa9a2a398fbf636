/** The columns of tables of effects that say what part of d an effect is. */

import type { Column } from "../../tables/table.ts";
import { numberOrNone } from "../columns.ts";
import type { MeanOfRows } from "./mean_effects.ts";

/** The share of the table's main effect. */
export const SHARE_COLUMNS = {
  share: numberOrNone(
    "",
    "The share of d of the effect before it: sum over rows of sign(d) x effect, divided by the sum of |d|. 1 for a part that brings about d in every row, whichever sign d has; below 0 for one that takes away from d. Empty if no row's |d| exceeds the rounding error of S, 1e-4.",
  ),
  share_low: numberOrNone(
    "",
    "Lower bound of the share's 95 % interval; empty with too few effective clusters, which |d| weighs.",
  ),
  share_high: numberOrNone(
    "",
    "Upper bound of the share's 95 % interval; empty if the lower bound is.",
  ),
  simultaneous_low: numberOrNone(
    "",
    "Lower bound of the share's simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true shares of all lines of the group at once.",
  ),
  simultaneous_high: numberOrNone("", "Upper bound of the same."),
} as const;

/** The same for another effect, whose columns begin with its name. */
type Prefixed<Prefix extends string, Cell> = {
  readonly [Name in keyof typeof SHARE_COLUMNS as `${Prefix}_${Name}`]: Cell;
};

/**
 * The columns of the share of an effect beside the main one.
 *
 * @param prefix What its columns begin with, such as `net`.
 */
export function shareColumnsOf<Prefix extends string>(
  prefix: Prefix,
): Prefixed<Prefix, Column<number | undefined>> {
  return prefixed(prefix, SHARE_COLUMNS);
}

/**
 * The cells of {@linkcode shareColumnsOf}.
 *
 * @param prefix The same.
 * @param mean The effect.
 */
export function shareCellsOf<Prefix extends string>(
  prefix: Prefix,
  mean: MeanOfRows,
): Prefixed<Prefix, number | undefined> {
  return prefixed(prefix, shareCells(mean));
}

/** The main effect of a table and its share of d. */
export function effectCells(mean: MeanOfRows) {
  return { mean_effect: mean.estimate, low: mean.low, high: mean.high, ...shareCells(mean) };
}

function shareCells({ share, simultaneous }: MeanOfRows) {
  return {
    ...{ share: share.estimate, share_low: share.low, share_high: share.high },
    ...{ simultaneous_low: simultaneous.low, simultaneous_high: simultaneous.high },
  };
}

function prefixed<Prefix extends string, Cell>(
  prefix: Prefix,
  cells: Readonly<Record<keyof typeof SHARE_COLUMNS, Cell>>,
): Prefixed<Prefix, Cell> {
  const named = Object.entries(cells).map(([name, cell]) => [`${prefix}_${name}`, cell]);
  return Object.fromEntries(named) as Prefixed<Prefix, Cell>;
}
