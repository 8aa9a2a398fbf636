/** Sets of true and false sentences for an image: SugarCrepe, ARO, CREPE, VALSE, What'sUp. */

import {
  type BenchmarkFormat,
  boxIn,
  choicesFormat,
  type Content,
  firstItem,
  hasKeys,
  optionalText,
  pythonTexts,
  readChoices,
  type RowParts,
  rowsOf,
} from "./format.ts";
import { firstRow, SIMPLENEG } from "./negated.ts";
import { AGREEING, DOUBTED } from "../../data/formats/valse.ts";
import { countNegations } from "../../data/words.ts";

/** SugarCrepe (Hsieh et al. 2023). */
export const SUGARCREPE = choicesFormat({
  ...{ name: "sugarcrepe", title: "SugarCrepe", rule: "strict" },
  kinds: ["object"],
  keys: ["filename", "caption", "negative_caption"],
  row: (row) => ({
    pictures: [{ image: row.text("filename") }],
    sentences: [row.text("caption"), row.text("negative_caption")],
    right: 0,
  }),
});

const ARO_BOX = ["bbox_x", "bbox_y", "bbox_w", "bbox_h"];

/** ARO (Yuksekgonul et al. 2023): relations and attributes in boxes of images. */
export const ARO = choicesFormat({
  ...{ name: "aro", title: "ARO", rule: "strict" },
  kinds: ["array"],
  keys: ["image_path", ...ARO_BOX, "true_caption", "false_caption"],
  row: (row, place) => ({
    pictures: [{ image: row.text("image_path"), box: boxIn(row, ARO_BOX, place) }],
    sentences: [row.text("true_caption"), row.text("false_caption")],
    right: 0,
    group: optionalText(row, "relation_name"),
  }),
});

const CREPE_BOX = ["x", "y", "width", "height"];

/** CREPE's negations (Ma et al. 2023): a caption with several hard negatives. */
export const CREPE = choicesFormat({
  ...{ name: "crepe", title: "CREPE, negation", rule: "first" },
  kinds: ["table"],
  keys: ["image_id", "caption", ...CREPE_BOX, "hard_negs"],
  more: " (a list as Python writes it)",
  row: (row, place) => ({
    pictures: [{ image: row.text("image_id"), box: boxIn(row, CREPE_BOX, place) }],
    sentences: [row.text("caption"), ...pythonTexts(row, "hard_negs", place)],
    right: 0,
  }),
});

export const WHATSUP = choicesFormat({
  ...{ name: "whatsup", title: "What'sUp", rule: "first" },
  kinds: ["array"],
  keys: ["image_path", "caption_options"],
  row: (row) => {
    const image = row.text("image_path");
    const sentences = row.texts("caption_options");
    return { pictures: [{ image }], sentences, right: 0, ...relationIn(image) };
  },
});

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
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row) => {
      const number = row.optional("0");
      const image = typeof number === "number" ? `${number}` : row.text("0");
      return { pictures: [{ image }], sentences: [row.text("1"), row.text("2")], right: 0 };
    }),
};

/** Each row's caption is right. Published figures are also over rows that annotators doubt, and over all rows of coreference. */
export const VALSE_PIECES: BenchmarkFormat = {
  name: "valse",
  title: "VALSE",
  form: "the JSON object of a piece of VALSE",
  rule: "strict",
  matches: (content) => content.kind === "object" && hasKeys(content, "image_file", "foil"),
  read: (content, options) => ({
    ...readChoices(rowsOf(content), options, (row) => {
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
    }),
    part: pieceOf(content),
  }),
};

/** The piece of VALSE, such as `existence`. */
function pieceOf(content: Content): string | undefined {
  const { linguistic_phenomena: piece } = Object(firstItem(content));
  return typeof piece === "string" ? piece : undefined;
}
