/** How many rows were read and used, and why the others were not. */

import type { Dropped, Pair } from "./pairs.ts";
import type { DataFile } from "./read.ts";

/** Why a row that could be used is not in a run. */
export const LEFT_OUT = { limit: "left out by --limit", shard: "left out by --shard" } as const;

/** Rows that were read but not used, for one reason. */
export interface DroppedRows {
  /** Why, e.g. `fewer than 2 of 3 annotators agreed with the caption`. */
  readonly reason: string;
  /** How many. */
  readonly n: number;
  /** Their ids, unless a sample or a shard left them out. */
  readonly ids?: readonly string[];
  /** Present if the rows could not be used and `--skip-bad` left them out. */
  readonly skipped?: true;
}

/** The numbers of rows that were read and used. */
export interface RowCounts {
  /** The rows of the data. */
  readonly read: number;
  /** Those that are used. */
  readonly kept: number;
  /** Those that are not, by reason. */
  readonly dropped: readonly DroppedRows[];
  /** The format that the data were read as: `valse`, `list` (of pairs), `premises`, `sentences`, or `pairs` made by a script; absent in older runs. */
  readonly format?: string;
}

/** Rows that are not used, by reason. */
export function droppedRows(dropped: readonly Dropped[]): DroppedRows[] {
  const reasons = Map.groupBy(
    dropped,
    ({ reason, skipped = false }) => JSON.stringify([reason, skipped]),
  );
  return [...reasons.values()].map((rows) => {
    const { reason, skipped } = rows[0]!;
    const counted = { reason, n: rows.length, ids: rows.map(({ id }) => id) };
    return skipped ? { ...counted, skipped } : counted;
  });
}

/** How many rows were read and used, and why the others were not. */
export function rowCounts(
  { data, pairs, drawn }: {
    readonly data: DataFile;
    readonly pairs: readonly Pair[];
    readonly drawn: readonly Pair[];
  },
): RowCounts {
  const leftOut = [
    { reason: LEFT_OUT.limit, n: data.pairs.length - drawn.length },
    { reason: LEFT_OUT.shard, n: drawn.length - pairs.length },
  ];
  return {
    read: data.rows,
    kept: pairs.length,
    dropped: [...droppedRows(data.dropped), ...leftOut.filter(({ n }) => n > 0)],
    format: data.format,
  };
}
