/** The columns of net effects after their mean. */

import { high, low } from "../../study/columns.ts";
import type { MeanOfRows } from "../../study/effects/mean_effects.ts";
import { shareCellsOf, shareColumnsOf } from "../../study/effects/share_columns.ts";

/** The interval of the mean net effect, and its share of d. */
export const NET_COLUMNS = {
  net_low: low("logit"),
  net_high: high("logit"),
  ...shareColumnsOf("net"),
} as const;

/** The cells of a net effect. */
export function netCells(mean: MeanOfRows) {
  return {
    ...{ mean_net_effect: mean.estimate, net_low: mean.low, net_high: mean.high },
    ...shareCellsOf("net", mean),
  };
}
