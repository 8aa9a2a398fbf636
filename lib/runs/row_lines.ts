/** What became of the rows of the data, as lines of a summary: the parts add up to the rows read. */

import { idsText } from "../data/checks/suspect_negation.ts";
import type { Negation, Pair } from "../data/pairs.ts";
import type { DroppedRows, Manifest } from "../files/manifest.ts";

/**
 * The lines about rows that are not used; none if all are.
 *
 * @param counts The row counts of the manifest.
 * @param pairs The rows that are used.
 */
export function rowLines({ read, dropped }: Manifest["rows"], pairs: readonly Pair[]): string[] {
  if (dropped.length === 0) return [];
  const count = (side: Negation) => pairs.filter(({ negation }) => negation === side).length;
  const used = `${pairs.length} used (${count("caption")} caption-negated, ${
    count("foil")
  } foil-negated)`;
  const skipped = dropped.filter((rows) => rows.skipped);
  return [
    `${read} rows read: ${[...dropped.map(partText), used].join(", ")}`,
    ...skipped.map(({ reason, ids = [] }) => `Skipped, ${reason}: ${idsText(ids)}`),
  ];
}

function partText({ reason, n, skipped }: DroppedRows): string {
  if (reason.startsWith("left out")) return `${n} ${reason}`;
  return `${n} ${skipped ? "skipped" : "dropped"} (${reason})`;
}
