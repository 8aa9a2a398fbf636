/** A list of one's own: one image and its options in each row. */

import type { RowPlace, RowReader } from "../../data/formats/row_reader.ts";
import { hasKeys, rowsOf } from "./content.ts";
import {
  type BenchmarkFormat,
  boxIn,
  numberedKeys,
  optionalText,
  readChoices,
  type RowValue,
  rowWrong,
  wholeNumber,
} from "./format.ts";

const BOX = ["x", "y", "width", "height"];

/** Rows may have different numbers of options; those that a row lacks are empty. */
export const OWN_LIST: BenchmarkFormat = {
  name: "list",
  title: "a list of choices",
  form: "CSV or a JSON array of id, image, answer (from 1), option_1, option_2, …",
  rule: undefined,
  unscripted: "No script belongs to a list",
  matches: (content) =>
    content.kind !== "torch" && hasKeys(content, "image", "answer") &&
    (hasKeys(content, "option_1") || hasKeys(content, "options")),
  read: (content, options) =>
    readChoices(rowsOf(content).map(withId), options, (row, place) => {
      const sentences = optionsOf(row, place);
      const box = row.optional("width") === undefined ? undefined : boxIn(row, BOX, place);
      return {
        pictures: [{ image: row.text("image"), box }],
        sentences,
        right: wholeNumber(row, "answer", { min: 1, max: sentences.length }) - 1,
        group: optionalText(row, "group"),
        template: optionalText(row, "template"),
        negator: optionalText(row, "negator"),
        frame: optionalText(row, "frame"),
      };
    }),
};

function withId(row: RowValue): RowValue {
  const { id } = Object(row.value) as { readonly id?: unknown };
  return typeof id === "string" && id !== "" || typeof id === "number"
    ? { ...row, id: `${id}` }
    : row;
}

/** The options of a list, or of the columns up to the last that is not empty. */
function optionsOf(row: RowReader, place: RowPlace): string[] {
  if (row.optional("options") !== undefined) return row.texts("options");
  const columns = numberedKeys(row.keys, { stem: "option_", from: 1 }, place);
  const last = columns.findLastIndex((key) => row.optional(key) !== undefined);
  if (last < 1) throw rowWrong(place, "it has fewer than two options");
  return columns.slice(0, last + 1).map((key) => row.text(key));
}
