/** Whether a mean is known not to be 0. */

import type { Estimate } from "./estimate.ts";

/** Whether a mean is known not to be 0: by its interval or, with too few clusters for one, as no two values differ in sign. */
export function isDetermined(
  { low, high }: Pick<Estimate, "low" | "high">,
  values: ArrayLike<number>,
): boolean {
  if (low !== undefined && high !== undefined) return low > 0 || high < 0;
  const all = Array.from(values);
  return all.every((value) => value >= 0) || all.every((value) => value <= 0);
}
