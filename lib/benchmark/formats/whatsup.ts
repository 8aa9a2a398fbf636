/** What'sUp (Kamath et al. 2023): prepositions in photographs of its own, and in those of COCO and Visual Genome. */

import type { RowReader } from "../../data/formats/row_reader.ts";
import { hasKeys, rowsOf } from "./content.ts";
import { type BenchmarkFormat, readChoices } from "./format.ts";

/** The right caption is first. */
export const WHATSUP: BenchmarkFormat = {
  name: "whatsup",
  title: "What'sUp",
  form: "a JSON array of image_path, caption_options",
  rule: "first",
  matches: (content) =>
    content.kind === "array" && hasKeys(content, "image_path", "caption_options"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row) => ({
      pictures: [{ image: row.text("image_path") }],
      sentences: row.texts("caption_options"),
      right: 0,
    })),
};

/** The same questions about COCO and Visual Genome, with an image's number in place of its path. */
export const WHATSUP_QA: BenchmarkFormat = {
  name: "whatsup-qa",
  title: "What'sUp, COCO_QA or VG_QA",
  form: "a JSON array of [image, right caption, wrong caption]",
  rule: "first",
  matches: (content) =>
    content.kind === "array" && Array.isArray(content.value[0]) && content.value[0].length === 3,
  read: (content, options) => {
    const values = content.kind === "array" ? content.value : [];
    const rows = values.map((value) => ({
      value: Array.isArray(value)
        ? { image: `${value[0]}`, right: value[1], wrong: value[2] }
        : value,
    }));
    return readChoices(rows, options, (row: RowReader) => ({
      pictures: [{ image: row.text("image") }],
      sentences: [row.text("right"), row.text("wrong")],
      right: 0,
    }));
  },
};
