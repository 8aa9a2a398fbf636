/** What'sUp (Kamath et al. 2023): prepositions in photographs of its own, and in those of COCO and Visual Genome. */

import type { RowReader } from "../../data/formats/row_reader.ts";
import { hasKeys, rowsOf } from "./content.ts";
import { type BenchmarkFormat, readChoices, type RowParts } from "./format.ts";
import { firstRow, SIMPLENEG } from "./simpleneg.ts";

export const WHATSUP: BenchmarkFormat = {
  name: "whatsup",
  title: "What'sUp",
  form: "a JSON array of image_path, caption_options",
  rule: "first",
  matches: (content) =>
    content.kind === "array" && hasKeys(content, "image_path", "caption_options"),
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row) => {
      const image = row.text("image_path");
      const sentences = row.texts("caption_options");
      return { pictures: [{ image }], sentences, right: 0, ...relationIn(image) };
    }),
};

const RELATION = /^([^_]+)_(left|right|on|under|in-front|behind)_(?:.*_)?([^_]+)\.\w+$/;

/** What the name of a controlled photograph says, such as mug_left_of_plate.jpeg: the relation, and the photographs that it belongs with. */
function relationIn(path: string): Pick<RowParts, "group" | "together"> {
  const [, first, relation = "", second] = RELATION.exec(path.split("/").at(-1)!) ?? [];
  if (first === undefined) return {};
  const set = `${first} ${second}`;
  const axis = /left|right/.test(relation) ? "beside" : "before";
  return { group: relation, together: { set, pair: `${set} ${axis}` } };
}

/** The same questions about COCO and Visual Genome, with an image's number in place of its path. */
export const WHATSUP_QA: BenchmarkFormat = {
  name: "whatsup-qa",
  title: "What'sUp, COCO_QA or VG_QA",
  form: "a JSON array of [image, right caption, wrong caption]",
  rule: "first",
  matches: (content) => firstRow(content) !== undefined && !SIMPLENEG.matches(content),
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
