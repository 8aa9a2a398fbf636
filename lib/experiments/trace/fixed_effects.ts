/** Effects that the method fixes: they hold for any model and are no findings. */

import { greatest } from "../../charts/spec.ts";
import type { TraceMapRow } from "./map_row.ts";

/** The number of the tower's last block, which every trace reaches. */
export function lastLayer(rows: readonly Pick<TraceMapRow, "layer">[]): number {
  return greatest(rows.map(({ layer }) => layer));
}

/**
 * Whether the method fixes a mean effect at 1, since the patch turns the run into that of the negated sentence: the negator's embedding,
 * if the sentences differ in nothing else, and the residual stream at the end token in the last block.
 *
 * @param row A row of trace.csv.
 * @param last The number of the tower's last block.
 */
export function isFixed(
  { site, layer, role, cte }: Pick<TraceMapRow, "site" | "layer" | "role" | "cte">,
  last: number,
): boolean {
  const isStream = site === "resid" || site === "resid_mid";
  const isSwap = role === "negator" && layer === 0 || role === "eot" && layer === last;
  return isStream && isSwap && cte === 1;
}
