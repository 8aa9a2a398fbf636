/** VALSE (Parcalabescu et al. 2022), any of its pieces: a caption and a foil. */

import { type Content, firstItem, hasKeys, rowsOf } from "./content.ts";
import {
  type BenchmarkFormat,
  type BenchmarkRows,
  readChoices,
  type ReadingOptions,
} from "./format.ts";
import { AGREEING, DOUBTED } from "../../data/formats/valse.ts";
import { countNegations } from "../../data/negation.ts";

/** Each row's caption is right. Published figures are also over rows that annotators doubt, and over all rows of coreference. */
export const VALSE_PIECES: BenchmarkFormat = {
  name: "valse",
  title: "VALSE",
  form: "the JSON object of a piece of VALSE",
  rule: "strict",
  matches: (content) => content.kind === "object" && hasKeys(content, "image_file", "foil"),
  read: (content, options) => ({ ...readRows(content, options), part: pieceOf(content) }),
};

function readRows(content: Content, options: ReadingOptions): BenchmarkRows {
  return readChoices(rowsOf(content), options, (row) => {
    const parts = {
      pictures: [{ image: row.text("image_file") }],
      sentences: [row.text("caption"), row.text("foil")],
      right: 0,
    };
    const agreeing = row.within("mturk").number("caption", { min: 0, max: 3, whole: true });
    if (options.published) return parts;
    if (agreeing < AGREEING) return DOUBTED;
    const isAnswer = row.optional("linguistic_phenomena") === "coreference" &&
      parts.sentences.some((sentence) => countNegations(sentence) > 0);
    return isAnswer ? '"no" is an answer, and negates nothing' : parts;
  });
}

/** The piece of VALSE, such as `existence`. */
function pieceOf(content: Content): string | undefined {
  const { linguistic_phenomena: piece } = Object(firstItem(content));
  return typeof piece === "string" ? piece : undefined;
}
