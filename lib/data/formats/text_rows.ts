/** Rows that are sentences without an image: each gets its twin by rule, or is dropped with the reason. */

import type { Pair } from "../pairs.ts";
import type { Twin } from "../twin.ts";
import { allDropped, type ReadRows } from "./format.ts";
import type { GivenRow } from "./pair_rows.ts";
import { readEach } from "./read_each.ts";
import type { RowReader } from "./row_reader.ts";

/**
 * Reads rows of sentences. A row's id is its number. Without an image neither sentence is true, so the negated one counts as the foil and its
 * twin as the caption.
 *
 * @param read.sentenceOf The negated sentence of a row; undefined if it is not negated.
 */
export function readTextRows(
  rows: readonly GivenRow[],
  source: string,
  { sentenceOf, twinOf, unused }: {
    readonly sentenceOf: (row: RowReader) => string | undefined;
    readonly twinOf: (sentence: string) => Twin;
    /** Why a row without a negated sentence is left out. */
    readonly unused?: string;
  },
): ReadRows {
  const numbered = rows.map(({ row, ...given }) => ({
    id: `${row}`,
    where: `row ${row}`,
    ...given,
  }));
  const { found: pairs, dropped, bad } = readEach(
    numbered,
    source,
    (row, { id }): Pair | string => {
      const foil = sentenceOf(row);
      if (foil === undefined) return unused!;
      const twin = twinOf(foil);
      if ("reason" in twin) return twin.reason;
      return { id, image: "", negation: "foil", caption: twin.affirmative, foil };
    },
  );
  if (pairs.length === 0 && bad.length === 0) throw allDropped(source, rows.length, dropped);
  return { pairs, dropped, bad, rows: rows.length };
}
