/** Rows that are sentences without an image: each gets its twin by rule, or is dropped with the reason. */

import { type BadRow, RowProblems } from "../checks/bad_rows.ts";
import type { Dropped, Pair } from "../pairs.ts";
import type { Twin } from "../twin.ts";
import { allDropped, type ReadRows } from "./format.ts";
import type { GivenRow } from "./pair_rows.ts";
import { RowReader } from "./row_reader.ts";

/**
 * Reads rows of sentences. A row's id is its number. Without an image neither sentence is true, so the negated one counts as the foil and its
 * twin as the caption.
 */
export function readTextRows(
  rows: readonly GivenRow[],
  { source, sentenceOf, twinOf }: {
    readonly source: string;
    /** The negated sentence of a row, or why the row is left out. */
    readonly sentenceOf: (row: RowReader) => string | Pick<Dropped, "reason">;
    readonly twinOf: (sentence: string) => Twin;
  },
): ReadRows {
  const pairs: Pair[] = [];
  const dropped: Dropped[] = [];
  const bad: BadRow[] = [];
  for (const { value, row, error } of rows) {
    const [id, where] = [`${row}`, `row ${row}`];
    const problems = new RowProblems();
    const sentence = problems.try(() => {
      if (error !== undefined) throw error;
      return sentenceOf(RowReader.of(value, { source, where }));
    });
    if (sentence === undefined) {
      bad.push({ id, where, problems: problems.found });
      continue;
    }
    const twin = typeof sentence === "string" ? twinOf(sentence) : sentence;
    if ("reason" in twin) dropped.push({ id, reason: twin.reason });
    else {
      const foil = sentence as string;
      pairs.push({ id, image: "", negation: "foil", caption: twin.affirmative, foil });
    }
  }
  if (pairs.length === 0 && bad.length === 0) throw allDropped(source, rows.length, dropped);
  return { pairs, dropped, bad, rows: rows.length };
}
