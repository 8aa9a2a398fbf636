/** How many heads or parts of a side a summary names, and how many could be tested. */

import { FEWEST_CLUSTERS } from "../stats/effective_clusters.ts";
import { wrapText } from "../tables/wrap_text.ts";

/** What is counted of a negated side. */
export interface SideCount {
  /** The side. */
  readonly negation: string;
  /** What is counted. */
  readonly unit: "head" | "node" | "part" | "path";
  /** How many have an interval. */
  readonly tested: number;
  /** How many of these are found. */
  readonly found: number;
  /** The most that are listed. */
  readonly most: number;
  /** What follows the count where there is one. @default {nothing} */
  readonly chance?: string;
  /** What follows in any case. @default {nothing} */
  readonly note?: string;
}

/** Whether an estimate has an interval, so that it can be told from 0. */
export function isTested({ low }: { readonly low?: number | undefined }): boolean {
  return low !== undefined;
}

/**
 * Says how many are found, or that none can be.
 *
 * @param count The count.
 * @returns A line, wrapped for a terminal.
 */
export function sideCountText(
  { negation, unit, tested, found, most, chance = "", note = "" }: SideCount,
): string {
  const listed = found > most ? `, of which ${most} are listed` : "";
  const text = tested === 0
    ? `no ${unit} is tested, since an interval takes at least ${FEWEST_CLUSTERS} effective clusters of rows`
    : `${found} of ${tested} ${unit}s${listed}${chance}`;
  return `${wrapText(`${negation}-negated: ${text}${note}`)}\n`;
}
