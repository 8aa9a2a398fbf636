/** Plain sentences without an image: one on each line, or in a column `sentence`. */

import { affirmativeTwin } from "../twin.ts";
import type { DataFormat } from "./format.ts";
import { hasColumn, isArray, namedRows, textKindOf } from "./named_rows.ts";
import type { GivenRow } from "./pair_rows.ts";
import { readTextRows } from "./text_rows.ts";

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
