/** Rows that are sentences without an image: each gets its twin by rule, or is dropped with the reason. */

import type { Pair } from "../pairs.ts";
import { affirmativeTwin, nounTwin, type Twin } from "../twin.ts";
import { allDropped, type DataFormat, type ReadRows } from "./format.ts";
import type { GivenRow } from "./pair_rows.ts";
import { readEach } from "./read_each.ts";
import type { RowReader } from "./row_reader.ts";
import { hasColumn, isArray, namedRows, textKindOf } from "./named_rows.ts";

/**
 * Reads rows of sentences. A row's id is its number. Without an image neither sentence is true, so the negated one counts as the foil and its
 * twin as the caption.
 *
 * @param read.sentenceOf The negated sentence of a row; undefined if it is not negated.
 */
function readTextRows(
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

const NEGATED = "1";

/**
 * Premise and hypothesis without an image, as tab-separated cells, CSV or a JSON array. Used are the rows whose `label` is 1, or all without
 * such a column, with the word "no" before a noun in the hypothesis (Quantmeyer et al. 2024, section 5); the twin has "some" in its place.
 * The premise is not used, since it may differ in any way.
 */
export const PREMISES: DataFormat = {
  name: "premises",
  form: "CSV or TSV with columns premise, hypothesis",
  textOnly: true,
  matches: (text) => textKindOf(text) === "premises",
  read: (text, { source }) =>
    readTextRows(namedRows(text, { source, column: "hypothesis", optional: ["label"] }), source, {
      sentenceOf: (row) => isNegated(row) ? row.text("hypothesis") : undefined,
      twinOf: nounTwin,
      unused: `its label is not ${NEGATED}`,
    }),
};

function isNegated(row: RowReader): boolean {
  const label = row.optional("label");
  return label === undefined || `${label}`.trim() === NEGATED;
}

const COLUMN = "sentence";

/** Sentences of which the negated ones are used; a twin is made by the first negator. */
export const SENTENCES: DataFormat = {
  name: "sentences",
  form: "or one sentence on each line, most of them with three words or more",
  textOnly: true,
  matches: (text) => textKindOf(text) === "sentences",
  read: (text, { source }) =>
    readTextRows(rowsOf(text, source), source, {
      sentenceOf: (row) => row.text(COLUMN),
      twinOf: affirmativeTwin,
    }),
};

function rowsOf(text: string, source: string): GivenRow[] {
  if (isArray(text)) {
    return namedRows(text, { source, column: COLUMN }).map(({ value, row }) => ({
      value: typeof value === "string" ? { [COLUMN]: value } : value,
      row,
    }));
  }
  if (hasColumn(text, COLUMN)) return namedRows(text, { source, column: COLUMN });
  return text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/)
    .map((line, index) => ({ value: { [COLUMN]: line.trim() }, row: index + 1 }))
    .filter(({ value }) => value[COLUMN] !== "");
}
