/** Lists in the kit's own form: pairs as a JSON array or CSV, and sentences without an image, each of which gets its twin by rule. */

import { csvRows, hasColumn, isArray, namedRows, rowsOfArray, textKindOf } from "./named_rows.ts";
import {
  allDropped,
  type DataFormat,
  readEach,
  type ReadOptions,
  type ReadRows,
  refuseMisspelt,
  type RowPlace,
  type RowReader,
} from "./format.ts";
import type { Pair } from "../pairs.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { type GivenRow, OPTIONAL, readRows } from "./pair_rows.ts";
import { affirmativeTwin, nounTwin, type Twin } from "../twin.ts";

const COLUMNS = ["id", "image", "negation", "caption", "foil"] as const;
const FORM = { what: "pairs", columns: COLUMNS, numbers: OPTIONAL };

/** The kit's own form. Sentences are not changed but checked: under `rephrased` they must differ in exactly one word. */
export const PAIR_LIST: DataFormat = {
  name: "list",
  form: `a JSON array of pairs, CSV with columns ${COLUMNS.join(", ")}`,
  matches: (text) => (isArray(text) || hasHeader(text)) && textKindOf(text) === undefined,
  read: (text, options) => {
    const { source } = options;
    const rows = isArray(text) ? rowsOfArray(text, source) : csvRows(text, { source, ...FORM });
    return readRows(rows, options);
  },
};

function hasHeader(text: string): boolean {
  const [header = ""] = text.trimStart().split(/[\r\n]/, 1);
  const cells = header.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1"));
  return COLUMNS.some((column) => cells.includes(column));
}

/** The error for a key of a pair that looks like one that it lacks. */
function misspelt(pair: object, place: RowPlace): NegscopeError | undefined {
  try {
    refuseMisspelt(Object.keys(pair), ["negator", "subjectSize"], place);
    return undefined;
  } catch (error) {
    if (error instanceof NegscopeError) return error;
    throw error;
  }
}

/** Checks pairs made by a script in the same way as those of a file. */
export function checkPairs(pairs: readonly Pair[], options: ReadOptions): ReadRows {
  const rows = pairs.map((pair: unknown, index): GivenRow => {
    const row = index + 1;
    if (typeof pair !== "object" || pair === null) return { value: pair, row }; // refused below
    const { subjectSize, negatorWord, ...rest } = pair as Pair;
    const value = { negator: negatorWord, ...rest, subject_size: subjectSize };
    return { value, row, error: misspelt(pair, { source: options.source, where: `row ${row}` }) };
  });
  return readRows(rows, options);
}

/** Reads rows of sentences, whose ids are their numbers. Without an image the negated sentence counts as the foil, its twin as the caption. */
function readTextRows(
  rows: readonly GivenRow[],
  source: string,
  { sentenceOf, twinOf, unused }: {
    readonly sentenceOf: (row: RowReader) => string | undefined;
    readonly twinOf: (sentence: string) => Twin;
    readonly unused?: string; // why a row without a negated sentence is left out
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
