/** The two directions of patching: into the affirmative run, or into the negated one. */

import type { CsvRow } from "../../tables/csv_row.ts";
import type { SweepSentences } from "./cells.ts";

/**
 * Which run is patched.
 *
 * - `denoise`: the negated sentence's value goes into the run of the affirmative one; the effect is what the value suffices for.
 * - `noise`: the affirmative sentence's value goes into the run of the negated one; the effect is what is lost without the value.
 */
export type Direction = "denoise" | "noise";

/** A direction of trace.csv: with both, `difference` is that of denoise and noise in each row. */
export type MeanDirection = Direction | "difference";

/** Both directions, the paper's first. */
export const DIRECTIONS: readonly Direction[] = ["denoise", "noise"];

/** A row with a direction. */
export interface DirectedRow {
  /** The direction. @default {"denoise", the only one that tables had before this column} */
  readonly direction?: string | undefined;
}

export function directionOf({ direction = "denoise" }: DirectedRow): string {
  return direction;
}

export function directionsIn(rows: readonly DirectedRow[]): readonly Direction[] {
  return DIRECTIONS.filter((direction) => rows.some((row) => directionOf(row) === direction));
}

export function readDirection(row: CsvRow): MeanDirection {
  return row.has("direction") ? row.oneOf("direction", [...DIRECTIONS, "difference"]) : "denoise";
}

/**
 * Swaps the sentences of a pair, so that a sweep puts values of the affirmative sentence into runs of the negated one. Each position of
 * the affirmative sentence is aligned with its counterpart, if any, in the negated one.
 */
export function swapSentences(
  { negated, affirmative, alignment, negator }: SweepSentences,
): SweepSentences {
  const sources = affirmative.ids.map((_, target) => alignment.indexOf(target));
  return {
    negated: affirmative,
    affirmative: negated,
    alignment: sources.map((source) => source < 0 ? undefined : source),
    negator: alignment[negator] ?? negator,
  };
}
