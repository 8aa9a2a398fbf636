/** Made lines of shares_summary.csv. */

import type { KnownShare } from "../../../lib/experiments/shares/shown.ts";

/** What the lines are of. */
export interface Given {
  readonly negation?: string;
  readonly segment?: string;
  readonly n?: number;
  /** Half the width of the intervals; undefined if there are none. */
  readonly half?: number | undefined;
}

/** The lines of a role in a tower of five blocks, with its shares from layer 1 to 4. */
export function lines(role: string, between: readonly number[], options: Given = {}): KnownShare[] {
  const { negation = "foil", segment = "all", n = 20 } = options;
  const half = "half" in options ? options.half : 0.04;
  const whole = (owner: string) => role === owner ? 1 : 0;
  return [whole("negator"), ...between, whole("eot")].map((share, layer) => ({
    ...{ negation, segment, layer, role, n, share },
    ...(half !== undefined && {
      ...{ share_low: share - half, share_high: share + half },
      ...{ simultaneous_low: share - half, simultaneous_high: share + half },
    }),
  }));
}
