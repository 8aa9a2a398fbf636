/** Sets of two pictures with two sentences: Winoground, BiVLC, BEAF. */

import { shown } from "../../errors/errors.ts";
import {
  type BenchmarkFormat,
  choicesFormat,
  hasKeys,
  optionalText,
  readChoices,
  rowsOf,
  rowWrong,
} from "./format.ts";

/** Winoground (Thrush et al. 2022): two sentences of the same words. */
export const WINOGROUND = pairsOfPictures({
  ...{ name: "winoground", title: "Winoground", group: "collapsed_tag" },
  pictures: ["image_0", "image_1"],
  sentences: ["caption_0", "caption_1"],
});

/** BiVLC (Miranda et al. 2024): SugarCrepe with a picture for each negative caption. */
export const BIVLC = pairsOfPictures({
  ...{ name: "bivlc", title: "BiVLC", group: "type" },
  pictures: ["image", "negative_image"],
  sentences: ["caption", "negative_caption"],
});

function pairsOfPictures(
  { pictures, sentences, group, ...named }:
    & Pick<BenchmarkFormat, "name" | "title">
    & Record<"pictures" | "sentences", readonly string[]>
    & { readonly group: string },
): BenchmarkFormat {
  return choicesFormat({
    ...{ ...named, rule: "strict" },
    kinds: ["array", "table"],
    keys: [...pictures, ...sentences],
    row: (row) => ({
      pictures: pictures.map((key) => ({ image: row.text(key) })),
      sentences: sentences.map((key) => row.text(key)),
      right: 0,
      group: optionalText(row, group),
    }),
  });
}

const QUESTION = /^Is there (an? )?(.+)\?$/;

/**
 * BEAF (Ye-Bin et al. 2024): questions about a picture, and about copies from each of which an object was removed. A block is a picture and a
 * copy, and what the question about the removed object affirms and denies; other questions have no second picture in which the answer
 * differs.
 */
export const BEAF: BenchmarkFormat = {
  name: "beaf",
  title: "BEAF",
  form: "a JSON array of image, question, gt, orig_img, removed_q",
  rule: undefined,
  unscripted:
    "The script of the set counts answers yes and no of models that are asked; its True Understanding is what the text score is of sentences",
  matches: (content) => content.kind === "array" && hasKeys(content, "question", "gt", "removed_q"),
  read: (content, options) => {
    const values = rowsOf(content);
    const asked = new Set(
      values.map(({ value }) => Object(value))
        .filter(({ orig_img, gt }) => orig_img === true && gt === "yes")
        .map(({ image, question }) => `${image}\n${question}`),
    );
    return readChoices(values, options, (row, place) => {
      const [isWhole, isRemoved] = ["orig_img", "removed_q"].map((key) => row.optional(key));
      if (typeof isWhole !== "boolean" || typeof isRemoved !== "boolean") {
        throw rowWrong(place, '"orig_img" and "removed_q" must be true or false');
      }
      if (isWhole || !isRemoved || row.oneOf("gt", ["yes", "no"]) === "yes") {
        return "it asks about no object that was removed from its picture";
      }
      const [image, question] = [row.text("image"), row.text("question")];
      const whole = image.replace(/_\d+\.\w+$/, ".jpg");
      if (!asked.has(`${whole}\n${question}`)) {
        throw rowWrong(
          place,
          `no row asks ${shown(question)} of ${shown(whole)}, with the answer yes`,
        );
      }
      const [, article = "", object] = QUESTION.exec(question) ?? [];
      if (object === undefined) throw rowWrong(place, `${shown(question)} is not "Is there a …?"`);
      return {
        pictures: [{ image: whole }, { image }],
        sentences: [`There is ${article}${object}.`, `There is no ${object}.`],
        right: 0,
        group: object.replace(/ in the image$/, ""),
      };
    });
  },
};
