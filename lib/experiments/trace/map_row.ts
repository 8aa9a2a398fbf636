/** The rows of trace.csv as charts and summaries read them, and what the maps of each direction are called. */

import { groupsInOrder, pairGroupTitle } from "../../charts/spec.ts";
import type { Reads } from "../../tables/schema.ts";
import { type DirectedRow, type Direction, directionOf, directionsIn } from "./direction.ts";
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

export type TraceCell = Pick<TraceMapRow, "layer" | "head" | "role" | "cte">;

/**
 * The rows of each map in the order of the paper's figures; the maps of both directions, if there are both, are neighbours, and their
 * titles name them.
 */
export function mapsInOrder<Row extends TraceMapRow>(rows: readonly Row[]) {
  const directions = directionsIn(rows);
  return groupsInOrder(rows).flatMap((group) => {
    const title = pairGroupTitle(group);
    if (directions.length < 2) return [{ title, rows: group }];
    return directions.map((direction) => ({
      title: `${title}, ${direction}`,
      rows: group.filter((row) => directionOf(row) === direction),
    })).filter(({ rows }) => rows.length > 0);
  });
}

/** The beginning of the title of maps; the direction of the paper goes without saying. */
export function titleStart(directions: readonly Direction[]): string {
  const named = directions.join(" and ");
  const name = "Causal tracing effect (CTE)";
  return named === "denoise" || named === "" ? name : `${name}, ${named},`;
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
