/** The columns of net effects after their mean. */

import { high, low } from "../../subject/columns.ts";
import type { MeanOfRows } from "../../subject/effects/mean_effects.ts";
import {
  SHARE,
  SHARE_HIGH,
  SHARE_LOW,
  SIMULTANEOUS_HIGH,
  SIMULTANEOUS_LOW,
} from "../../subject/effects/share_columns.ts";

/** The interval of the mean net effect, and its share of d. */
export const NET_COLUMNS = {
  net_low: low("logit"),
  net_high: high("logit"),
  net_share: SHARE,
  net_share_low: SHARE_LOW,
  net_share_high: SHARE_HIGH,
  net_simultaneous_low: SIMULTANEOUS_LOW,
  net_simultaneous_high: SIMULTANEOUS_HIGH,
} as const;

/** The cells of a net effect. */
export function netCells({ estimate, low, high, share, simultaneous }: MeanOfRows) {
  return {
    ...{ mean_net_effect: estimate, net_low: low, net_high: high },
    ...{ net_share: share.estimate, net_share_low: share.low, net_share_high: share.high },
    net_simultaneous_low: simultaneous.low,
    net_simultaneous_high: simultaneous.high,
  };
}
