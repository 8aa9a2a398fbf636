/** NegRefCOCOg (Park et al. 2025): a negated phrase and two boxes of an image. */

import { hasKeys, rowsOf } from "./content.ts";
import { type BenchmarkFormat, boxesIn, boxOf, readChoices, rowWrong } from "./format.ts";

/** Which box of an image a phrase means; the right one is first. */
export const NEGREFCOCOG: BenchmarkFormat = {
  name: "negrefcocog",
  title: "NegRefCOCOg",
  form: "a JSON array of image, phrase, ref_bbox, bbox_list",
  rule: "first",
  matches: (content) => content.kind === "array" && hasKeys(content, "phrase", "bbox_list"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row, place) => {
      const image = row.text("image");
      const boxes = boxesIn(row, "bbox_list", place);
      const meant = boxOf(row.numbers("ref_bbox", { min: -1e6, max: 1e6 }), place).join();
      const right = boxes.findIndex((box) => box.join() === meant);
      if (right < 0) throw rowWrong(place, "its ref_bbox is not in its bbox_list");
      const pictures = boxes.map((box) => ({ image, box }));
      return { pictures, sentences: [row.text("phrase")], right };
    }),
};
