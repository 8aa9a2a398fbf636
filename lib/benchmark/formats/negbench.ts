/** NegBench (Alhamoud et al. 2025): multiple choice, and retrieval with negated captions. */

import type { RowPlace, RowReader } from "../../data/formats/row_reader.ts";
import type { CaptionedImage } from "../choice.ts";
import { hasKeys, rowsOf } from "./content.ts";
import {
  type BenchmarkFormat,
  numberedKeys,
  optionalText,
  pythonTexts,
  readChoices,
  readUnique,
  wholeNumber,
} from "./format.ts";

/** Multiple choice: four captions, the right one first in all rows of COCO and VOC. */
export const NEGBENCH_MCQ: BenchmarkFormat = {
  name: "negbench-mcq",
  title: "NegBench, multiple choice",
  form: "CSV with image_path, correct_answer, caption_0, caption_1, …",
  rule: "first",
  matches: (content) =>
    content.kind === "table" && hasKeys(content, "image_path", "correct_answer", "caption_0"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row, place) => {
      const columns = content.kind === "table" ? content.columns : [];
      const sentences = numberedKeys(columns, { stem: "caption_", from: 0 }, place)
        .map((key) => row.text(key));
      return {
        pictures: [{ image: row.text("image_path") }],
        sentences,
        right: wholeNumber(row, "correct_answer", { min: 0, max: sentences.length - 1 }),
        template: optionalText(row, "correct_answer_template"),
      };
    }),
};

/** Retrieval among all images and captions. */
export const NEGBENCH_RETRIEVAL: BenchmarkFormat = {
  name: "negbench-retrieval",
  title: "NegBench, retrieval",
  form: "CSV with filepath, captions (a list as Python writes it)",
  rule: "first",
  matches: (content) => content.kind === "table" && hasKeys(content, "filepath", "captions"),
  read: (content, { source }) => {
    const objects = (row: RowReader, key: string, place: RowPlace) =>
      row.optional(key) === undefined || /^\s*\[\s*\]\s*$/.test(row.text(key))
        ? []
        : pythonTexts(row, key, place);
    const { found, ...rest } = readUnique(
      rowsOf(content),
      { source },
      (row, place): CaptionedImage => ({
        id: place.id,
        row: place.row,
        image: row.text("filepath"),
        captions: pythonTexts(row, "captions", place),
        present: objects(row, "positive_objects", place),
        absent: objects(row, "negative_objects", place),
      }),
    );
    return { choices: [], retrieval: found, ...rest };
  },
};
