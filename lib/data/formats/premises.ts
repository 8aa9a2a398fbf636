/** Pairs of premise and hypothesis, such as the TSV file of CANNOT (Anschütz et al. 2023); the hypothesis may be negated. */

import { nounTwin } from "../twin.ts";
import type { DataFormat } from "./format.ts";
import { namedRows, textKindOf } from "./named_rows.ts";
import type { RowReader } from "./row_reader.ts";
import { readTextRows } from "./text_rows.ts";

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
