/** The columns of tables of effects that say what part of d an effect is. */

import { number, optional } from "../../tables/schema.ts";
import type { Column } from "../../tables/table.ts";
import type { MeanOfRows } from "./mean_effects.ts";

/** What part of d an effect is. */
export const SHARE: Column<number | undefined> = optional(number(
  "",
  "The share of d of the effect before it: sum over rows of sign(d) x effect, divided by the sum of |d|. 1 for a part that brings about d in every row, whichever sign d has; below 0 for one that takes away from d. Empty if no row's |d| exceeds the rounding error of S, 1e-4.",
));

/** The lower bound of a share. */
export const SHARE_LOW: Column<number | undefined> = optional(number(
  "",
  "Lower bound of the share's 95 % interval; empty with too few effective clusters, which |d| weighs.",
));

/** The upper bound of a share. */
export const SHARE_HIGH: Column<number | undefined> = optional(number(
  "",
  "Upper bound of the share's 95 % interval; empty if the lower bound is.",
));

/** The lower bound of a share among all shares of its group. */
export const SIMULTANEOUS_LOW: Column<number | undefined> = optional(number(
  "",
  "Lower bound of the share's simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true shares of all lines of the group at once.",
));

/** The upper bound of a share among all shares of its group. */
export const SIMULTANEOUS_HIGH: Column<number | undefined> = optional(number(
  "",
  "Upper bound of the same.",
));

/** The share of the table's main effect. */
export const SHARE_COLUMNS = {
  share: SHARE,
  share_low: SHARE_LOW,
  share_high: SHARE_HIGH,
  simultaneous_low: SIMULTANEOUS_LOW,
  simultaneous_high: SIMULTANEOUS_HIGH,
} as const;

/** The main effect of a table and its share of d. */
export function effectCells({ estimate, low, high, share, simultaneous }: MeanOfRows) {
  return {
    ...{ mean_effect: estimate, low, high },
    ...{ share: share.estimate, share_low: share.low, share_high: share.high },
    ...{ simultaneous_low: simultaneous.low, simultaneous_high: simultaneous.high },
  };
}
