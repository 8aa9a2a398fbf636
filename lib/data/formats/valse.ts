/** The existence part of VALSE (Parcalabescu et al. 2022): an object of rows by id. */

import type { RowProblems } from "../bad_rows.ts";
import {
  allDropped,
  dataEmpty,
  type DataFormat,
  parseJsonRows,
  readEach,
  type ReadOptions,
  type ReadRows,
  refuseMisspelt,
  type RowPlace,
  RowReader,
} from "./format.ts";
import { countNegations, differingWords, findNegation } from "../words.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "../pairs.ts";
import { shown } from "../../errors/errors.ts";

/** How many of the three annotators must agree that the caption, and not the foil, is true of the image. */
export const AGREEING = 2;

/** Why a row on which fewer agree is left out. */
export const DOUBTED = "fewer than 2 annotators agree with the caption";

export const VALSE: DataFormat = {
  name: "valse",
  form: "the JSON object of a VALSE file",
  matches: (text) => /^\s*\{/.test(text),
  read: (text, options) => {
    const { value, keys } = parseJsonRows(text, options.source);
    const rows = value as Readonly<Record<string, unknown>>;
    return parseValse(new Map(keys.map((id) => [id, rows[id]])), options);
  },
};

/**
 * Reads the rows of a VALSE file by id. A row is kept if at least two annotators agree with its caption (method, section 1), or whatever they
 * say under the protocol `all`, and if one of its sentences has more negating words than the other.
 */
export function parseValse(
  file: ReadonlyMap<string, unknown>,
  { source, protocol }: Pick<ReadOptions, "source" | "protocol">,
): ReadRows {
  const given = [...file].map(([id, value]) => ({ id, where: `pair ${shown(id)}`, value }));
  if (given.length === 0) throw dataEmpty(source, "it has no rows");
  const { found: pairs, dropped, bad } = readEach(given, source, (row, place, problems) => {
    const pair = readRow(row, place, { problems, isFiltered: protocol !== "all" });
    return protocol === "rephrased" && typeof pair === "object" ? rephrase(pair) : pair;
  });
  const rows = given.length;
  if (pairs.length === 0 && bad.length === 0) throw allDropped(source, rows, dropped);
  return { pairs, dropped, bad, rows };
}

function readRow(
  row: RowReader,
  place: RowPlace & Pick<Pair, "id">,
  { problems, isFiltered }: { readonly problems: RowProblems; readonly isFiltered: boolean },
): Pair | string | undefined {
  const { id } = place;
  const values = problems.tryAll({
    id: () => new RowReader({ id }, place).text("id"),
    keys: () => refuseMisspelt(row.keys, ["subject_size"], place),
    image: () => row.text("image_file"),
    caption: () => row.text("caption"),
    foil: () => row.text("foil"),
    agreeing: () => row.within("mturk").number("caption", { min: 0, max: 3, whole: true }),
    subjectSize: () => row.optionalNumber("subject_size", { min: 0, max: 1 }),
  });
  if (values === undefined) return undefined;
  const { image, caption, foil, agreeing, subjectSize } = values;
  if (isFiltered && agreeing < AGREEING) return DOUBTED;
  if (!isFiltered && caption === foil) {
    return "caption and foil are the same sentence, which accuracies over all rows count as wrong";
  }
  const negation = findNegation(caption, foil);
  if (negation === undefined) {
    return countNegations(caption) === 0
      ? "neither sentence is negated"
      : "both sentences are equally negated";
  }
  const pair = { id, image, negation, caption, foil };
  return subjectSize === undefined ? pair : { ...pair, subjectSize };
}

const NEGATED_START = /^There (?:is|are) no /;
const REPHRASED_WORD = 2; // the third: "no" in one sentence, "a" or "some" in the other

/**
 * Rephrases a pair: "There are X" becomes "There are some X", "There is a X" stays. It is kept if its negated sentence starts with
 * "There is no" or "There are no" and the two sentences then differ in exactly one word, the third. Returns the pair, or why it is left out.
 */
export function rephrase(pair: Pair): Pair | string {
  const negated = negatedSentence(pair);
  if (!NEGATED_START.test(negated)) {
    return 'negated sentence does not start with "There is no" or "There are no"';
  }
  const affirmative = affirmativeSentence(pair).replace(/^There are (?!some )/, "There are some ");
  const places = differingWords(negated, affirmative);
  if (places?.length !== 1 || places[0] !== REPHRASED_WORD) {
    return "sentences do not differ in the third word alone";
  }
  return pair.negation === "caption"
    ? { ...pair, foil: affirmative }
    : { ...pair, caption: affirmative };
}
