/** Sets with one caption and one foil for an image, or a box of it: SugarCrepe, ARO, CREPE. */

import type { RowReader } from "../../data/formats/row_reader.ts";
import { hasKeys, rowsOf } from "./content.ts";
import { type BenchmarkFormat, boxIn, optionalText, pythonTexts, readChoices } from "./format.ts";

/** SugarCrepe (Hsieh et al. 2023). */
export const SUGARCREPE: BenchmarkFormat = {
  name: "sugarcrepe",
  title: "SugarCrepe",
  form: "a JSON object of filename, caption, negative_caption",
  rule: "strict",
  matches: (content) =>
    content.kind === "object" && hasKeys(content, "filename", "caption", "negative_caption"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row) => ({
      pictures: [{ image: row.text("filename") }],
      sentences: [row.text("caption"), row.text("negative_caption")],
      right: 0,
    })),
};

const ARO_BOX = ["bbox_x", "bbox_y", "bbox_w", "bbox_h"];

/** ARO (Yuksekgonul et al. 2023): relations and attributes in boxes of images. */
export const ARO: BenchmarkFormat = {
  name: "aro",
  title: "ARO",
  form: "a JSON array of image_path, bbox_x, bbox_y, bbox_w, bbox_h, true_caption, false_caption",
  rule: "strict",
  matches: (content) =>
    content.kind === "array" && hasKeys(content, "image_path", "true_caption", "false_caption"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row, place) => ({
      pictures: [{ image: row.text("image_path"), box: boxIn(row, ARO_BOX, place) }],
      sentences: [row.text("true_caption"), row.text("false_caption")],
      right: 0,
      group: optionalText(row, "relation_name"),
    })),
};

const CREPE_BOX = ["x", "y", "width", "height"];

/** CREPE's negations (Ma et al. 2023): a caption with several hard negatives. */
export const CREPE: BenchmarkFormat = {
  name: "crepe",
  title: "CREPE, negation",
  form: "CSV with image_id, caption, x, y, width, height, hard_negs (a list as Python writes it)",
  rule: "first",
  matches: (content) =>
    content.kind === "table" && hasKeys(content, "image_id", "caption", "hard_negs"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row: RowReader, place) => ({
      pictures: [{ image: row.text("image_id"), box: boxIn(row, CREPE_BOX, place) }],
      sentences: [row.text("caption"), ...pythonTexts(row, "hard_negs", place)],
      right: 0,
    })),
};
