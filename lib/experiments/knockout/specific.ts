/** The part of a knock-out's effect that is specific to the negator, which summaries and charts go by. */

import type { ShareLine } from "../../study/effects/named_shares.ts";

/** The effects of a head's attention to the negator in a group of rows. */
export interface KnockoutEffects extends ShareLine {
  readonly n_twin: number;
  readonly mean_effect?: number | undefined;
  readonly share_low?: number | undefined;
  readonly share_high?: number | undefined;
  readonly specific_effect?: number | undefined;
  readonly specific_share?: number | undefined;
  readonly specific_share_low?: number | undefined;
  readonly specific_share_high?: number | undefined;
  readonly specific_simultaneous_low?: number | undefined;
  readonly specific_simultaneous_high?: number | undefined;
}

/**
 * A line with the effect less that of the twin, and its share of d, as its effect and share; the line as it is where no negator has a
 * twin.
 */
export function specificLine<Line extends KnockoutEffects>(line: Line): Line {
  return line.n_twin === 0 ? line : {
    ...line,
    mean_effect: line.specific_effect,
    share: line.specific_share,
    share_low: line.specific_share_low,
    share_high: line.specific_share_high,
    simultaneous_low: line.specific_simultaneous_low,
    simultaneous_high: line.specific_simultaneous_high,
  };
}
