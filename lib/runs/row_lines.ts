/** What became of the rows of the data, as lines of a summary: the parts add up to the rows read. */

import { idsText } from "../data/bad_rows.ts";
import { type Negation, NEGATIONS, type Pair } from "../data/pairs.ts";
import type { DroppedRows } from "../data/read.ts";
import type { Manifest } from "../files/manifest.ts";

export function rowLines({ read, dropped }: Manifest["rows"], pairs: readonly Pair[]): string[] {
  if (dropped.length === 0) return [];
  const count = (side: Negation) => pairs.filter(({ negation }) => negation === side).length;
  const sides = NEGATIONS.map((side) => `${count(side)} ${side}-negated`).join(", ");
  const parts = [
    ...dropped.map((rows) => [rows.n, partText(rows)] as const),
    [pairs.length, `used: ${sides}`] as const,
  ];
  const width = Math.max(...parts.map(([n]) => `${n}`.length)) + 2;
  return [`${read} rows read:`, ...parts.map(([n, what]) => `${`${n}`.padStart(width)} ${what}`)];
}

function partText({ reason, ids, skipped }: DroppedRows): string {
  if (ids === undefined) return reason; // left out by --limit or --shard
  return skipped ? `skipped: ${reason} (${idsText(ids)})` : `dropped: ${reason}`;
}
