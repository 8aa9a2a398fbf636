/** Rows joined with what was prepared or measured once for each distinct sentence pair. */

import type { HeadDifferences } from "../lib/experiments/attend/attend.ts";
import type { AttendedRow } from "../lib/experiments/attend/tables.ts";
import type { AlignedPair } from "../lib/subject/prepare.ts";
import type { ScoredRow } from "./outputs.ts";
import type { Run } from "./run.ts";
import type { MeasuredRow } from "./run_output.ts";

/** Each scored row with its aligned sentence pair. */
export function alignedRows(
  { prepared: { distinct, indexOfRow } }: Run,
  rows: readonly ScoredRow[],
): (ScoredRow & { readonly aligned: AlignedPair })[] {
  return rows.map((scored, row) => ({ ...scored, aligned: distinct[indexOfRow[row]!]! }));
}

/**
 * Each row with the attention of its sentences, as plain lists that JSON keeps.
 *
 * @param run The run.
 * @param rows The rows.
 * @param heads The heads of each distinct sentence pair.
 */
export function attendedRows<Row extends MeasuredRow>(
  { prepared: { distinct, indexOfRow } }: Run,
  rows: readonly Row[],
  heads: readonly (readonly HeadDifferences[])[],
): (Row & { readonly attended: AttendedRow })[] {
  const plain = heads.map((own) =>
    own.map((head) => ({ ...head, byQuery: Array.from(head.byQuery) }))
  );
  return rows.map((row, i) => {
    const { pair: { id, negation }, scores } = row;
    const { key, roles } = distinct[indexOfRow[i]!]!;
    const own = plain[indexOfRow[i]!]!;
    return { ...row, attended: { id, negation, d: scores?.d, pair: { key, roles }, heads: own } };
  });
}
