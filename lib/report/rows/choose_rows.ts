/** Which rows of a long run its page shows. */

import type { BrowsedRow } from "./rows.ts";

/** With more rows the page would be slow to open. */
export const MOST_ROWS = 1000;

/** How the rows were chosen: all, those at equal distances in the order of d, or without d the first ones. */
export type Choice = "all" | "by d" | "first";

/** Rows of a run. */
export interface ChosenRows<Row> {
  /** In the order of the file. */
  readonly rows: readonly Row[];
  readonly choice: Choice;
}

/**
 * The rows that the page shows, in their order: all of them, or if there are more than it may show, those at equal distances in the order
 * of d, the lowest and the highest among them; if any row has no d, the first ones.
 *
 * @param most The most rows; at least 2. @default {1000}
 */
export function chosenRows<Row extends Pick<BrowsedRow, "d">>(
  rows: readonly Row[],
  most = MOST_ROWS,
): ChosenRows<Row> {
  if (rows.length <= most) return { rows, choice: "all" };
  if (rows.some(({ d }) => d === undefined)) return { rows: rows.slice(0, most), choice: "first" };
  const byScore = rows.toSorted((a, b) => a.d! - b.d!);
  const ranks = Array.from(
    { length: most },
    (_, i) => Math.round(i * (rows.length - 1) / (most - 1)),
  );
  const kept = new Set(ranks.map((rank) => byScore[rank]!));
  return { rows: rows.filter((row) => kept.has(row)), choice: "by d" };
}
