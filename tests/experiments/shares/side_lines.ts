/** Made lines of shares_summary.csv. */

import type { Negation } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/roles.ts";
import type { Segment } from "../../../lib/study/rows/score_rows.ts";
import type { KnownShare } from "../../../lib/experiments/shares/findings.ts";

/** What the lines are of. */
export interface Given {
  readonly negation?: Negation;
  readonly segment?: Segment | "all";
  readonly n?: number;
  /** Half the width of the intervals; undefined if there are none. */
  readonly half?: number | undefined;
}

/** The lines of a role in a tower of five blocks, with its shares from layer 1 to 4. */
export function lines(role: Role, between: readonly number[], options: Given = {}): KnownShare[] {
  const { negation = "foil", segment = "all", n = 20 } = options;
  const half = "half" in options ? options.half : 0.04;
  const whole = (owner: string) => role === owner ? 1 : 0;
  return [whole("negator"), ...between, whole("eot")].map((share, layer) => ({
    ...{ negation, segment, layer, role, n, share },
    ...{ mean_effect: undefined, low: undefined, high: undefined },
    share_low: half && share - half,
    share_high: half && share + half,
    simultaneous_low: half && share - half,
    simultaneous_high: half && share + half,
  }));
}
