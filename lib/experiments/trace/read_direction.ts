/** The direction of a line of trace.csv or effects.csv that is read back. */

import { type Direction, DIRECTIONS } from "./direction.ts";
import type { CsvRow } from "../../tables/csv_row.ts";

/** Reads the direction of a line; tables of versions without the column are of `denoise`, the only direction that they had. */
export function readDirection(row: CsvRow): Direction {
  return row.has("direction") ? row.oneOf("direction", DIRECTIONS) : "denoise";
}
