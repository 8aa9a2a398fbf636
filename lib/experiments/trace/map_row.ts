/** The rows of trace.csv as charts and summaries read them, and what the maps of each direction are called. */

import { type Direction, DIRECTIONS } from "./direction.ts";
import { groupsInOrder, groupsOf, pairGroupTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import type { TraceRow } from "./trace_summary.ts";

/** The columns of trace.csv that the maps read. */
export type TraceMapRow =
  & Reads<
    TraceRow,
    | "negation"
    | "segment"
    | "site"
    | "layer"
    | "head"
    | "role"
    | "n"
    | "cte"
    | "cte_low"
    | "cte_high"
    | "simultaneous_low"
    | "simultaneous_high"
  >
  & DirectedRow;

/** A row with a direction. */
export interface DirectedRow {
  /** The direction. @default {"denoise", the only one that tables had before this column} */
  readonly direction?: string | undefined;
}

/** The directions that some rows have, `denoise` first. */
export function directionsIn(rows: readonly DirectedRow[]): readonly Direction[] {
  return DIRECTIONS.filter((direction) => rows.some((row) => directionOf(row) === direction));
}

export function directionOf({ direction = "denoise" }: DirectedRow): string {
  return direction;
}

/**
 * The rows of each map in the order of the paper's figures; the maps of both directions, if there are both, are neighbours, and their
 * titles name them.
 */
export function mapsInOrder<
  Row extends DirectedRow & Pick<TraceMapRow, "negation" | "segment" | "n">,
>(
  rows: readonly Row[],
) {
  const isBoth = directionsIn(rows).length > 1;
  const place = (group: readonly Row[]) => directionOf(group[0]!) === "denoise" ? 0 : 1;
  return groupsInOrder(rows).flatMap((own) =>
    groupsOf(own, directionOf).toSorted((a, b) => place(a) - place(b)).map((rows) => {
      const title = pairGroupTitle(rows);
      return { title: isBoth ? `${title}, ${directionOf(rows[0]!)}` : title, rows };
    })
  );
}

/** What maps of the causal tracing effect are called. */
export const CTE_NAME = "Causal tracing effect (CTE)";

/** The beginning of the title of maps; the direction of the paper goes without saying. */
export function titleStart(directions: readonly Direction[]): string {
  const named = directions.join(" and ");
  return named === "denoise" || named === "" ? CTE_NAME : `${CTE_NAME}, ${named},`;
}

export function effectMeaning(directions: readonly Direction[], what: string): string {
  const meanings = directions.map((direction) =>
    direction === "denoise"
      ? `the share of the score difference d that returns when ${what} of the negated sentence is put into the affirmative one`
      : `the share of the score difference d that is lost when ${what} of the affirmative sentence is put into the negated one`
  );
  return meanings.length === 1
    ? meanings[0]!
    : directions.map((direction, i) => `${direction}, ${meanings[i]}`).join("; ");
}
