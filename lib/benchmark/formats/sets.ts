/** The forms of published sets, and that of a list of one's own. */

import type { RowPlace, RowReader } from "../../data/formats/format.ts";
import type { CaptionedImage } from "../choice.ts";
import {
  type BenchmarkFormat,
  boxIn,
  boxOf,
  choicesFormat,
  type Content,
  firstItem,
  hasKeys,
  numberedKeys,
  optionalText,
  PIXELS,
  pythonTexts,
  readChoices,
  readUnique,
  rowsOf,
  type RowValue,
  rowWrong,
} from "./format.ts";
import { Dict, List, type Value } from "../../checkpoint/torch/values.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import type { DroppedRows } from "../../data/read.ts";
import { AGREEING, DOUBTED } from "../../data/formats/valse.ts";
import { countNegations } from "../../data/words.ts";

/** Multiple choice: four captions, the right one first in all rows of COCO and VOC. */
export const NEGBENCH_MCQ = choicesFormat({
  ...{ name: "negbench-mcq", title: "NegBench, multiple choice", rule: "first" },
  kinds: ["table"],
  keys: ["image_path", "correct_answer", "caption_0"],
  more: ", caption_1, …",
  row: (row, place) => {
    const sentences = numberedKeys(row.keys, { stem: "caption_", from: 0 }, place)
      .map((key) => row.text(key));
    return {
      pictures: [{ image: row.text("image_path") }],
      sentences,
      right: row.withNumbers("correct_answer").number("correct_answer", {
        ...{ min: 0, max: sentences.length - 1, whole: true },
      }),
      template: optionalText(row, "correct_answer_template"),
    };
  },
});

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
        ...{ id: place.id, row: place.row, where: place.where },
        pictures: [{ image: row.text("filepath") }],
        sentences: pythonTexts(row, "captions", place),
        present: objects(row, "positive_objects", place),
        absent: objects(row, "negative_objects", place),
      }),
    );
    return { choices: [], retrieval: found, ...rest };
  },
};

/** The rows at the end of the file that are the test. */
const TEST = 40_000;

/**
 * The caption is right, and the foil is always negated. The script that belongs to the set takes the commas out of the foil alone, which is
 * a second thing by which words tell them apart.
 */
export const CCNEG: BenchmarkFormat = {
  name: "ccneg",
  title: "CC-Neg",
  form: "the torch file ccneg_preprocessed.pt",
  rule: "first",
  matches: ({ kind, value }: { readonly kind: string; readonly value?: unknown }) =>
    kind === "torch" && value instanceof Dict && value.get("annotations") !== undefined,
  read: (content, options) => {
    const root = content.kind === "torch" ? content.value : null;
    const [images, annotations] = ["image_paths", "annotations"].map((key) =>
      itemsOf(within(root, key))
    );
    const count = annotations!.length;
    if (images!.length !== count) {
      throw new NegscopeError("data-format-unknown", {
        problem: `Cannot read benchmark "${options.source}"`,
        reason: `it has ${images!.length} image_paths and ${count} annotations`,
        expected: "one path for each annotation",
      });
    }
    const first = Math.max(0, count - TEST);
    const values = annotations!.slice(first, count).map((annotation, i) => ({
      value: {
        image: images![first + i],
        caption: within(within(annotation, "json"), "caption"),
        negated: within(within(annotation, "sop_data"), "negative-prompt"),
      },
    }));
    const read = readChoices(values, { ...options, first }, (row: RowReader) => {
      const negated = row.text("negated");
      return {
        pictures: [{ image: row.text("image") }],
        sentences: [
          row.text("caption"),
          options.published ? negated.replaceAll(",", "") : negated,
        ],
        right: 0,
      };
    });
    const training: DroppedRows[] = first === 0
      ? []
      : [{ reason: `not among the last ${TEST}, which are the test`, n: first }];
    return { ...read, leftOut: [...training, ...read.leftOut], rows: count };
  },
};

function within(value: Value | undefined, key: string): Value | undefined {
  return value instanceof Dict ? value.get(key) : undefined;
}

function itemsOf(value: Value | undefined): readonly Value[] {
  if (value instanceof List) return value.items;
  return Array.isArray(value) ? value as readonly Value[] : [];
}

/** Which box of an image a phrase means; the right one is first. */
export const NEGREFCOCOG = choicesFormat({
  ...{ name: "negrefcocog", title: "NegRefCOCOg", rule: "first" },
  kinds: ["array"],
  keys: ["image", "phrase", "ref_bbox", "bbox_list"],
  row: (row, place) => {
    const image = row.text("image");
    const boxes = row.numberLists("bbox_list", PIXELS).map((box) => boxOf(box, place));
    const meant = boxOf(row.numbers("ref_bbox", PIXELS), place).join();
    const right = boxes.findIndex((box) => box.join() === meant);
    if (right < 0) throw rowWrong(place, "its ref_bbox is not in its bbox_list");
    return {
      pictures: boxes.map((box) => ({ image, box })),
      sentences: [row.text("phrase")],
      right,
    };
  },
});

/**
 * No row has an image. What can be asked without one is whether the text tower puts the sentence nearer to the question about what is there
 * than to that about what is denied.
 */
const SIMPLENEG = choicesFormat({
  ...{ name: "simpleneg", title: "SimpleNeg", rule: undefined, kinds: ["array"] },
  form: "a JSON array of [sentence, question about what it denies, question about what is there]",
  unscripted:
    "The rows have no image: S compares a sentence with two questions, and that about what is there is right; the script of the set retrieves images and asks a model that answers questions about them",
  matches: (content) =>
    firstRow(content)?.slice(1).every((text) => /\?\s*$/.test(`${text}`)) === true,
  row: (row) => ({
    pictures: [],
    query: row.text("0"),
    sentences: [row.text("2"), row.text("1")],
    right: 0,
  }),
});

function firstRow(content: Content): readonly unknown[] | undefined {
  const first = content.kind === "array" ? content.value[0] : undefined;
  return Array.isArray(first) && first.length === 3 ? first : undefined;
}

/** SugarCrepe (Hsieh et al. 2023). */
const SUGARCREPE = namedFormat({
  ...{ name: "sugarcrepe", title: "SugarCrepe", kinds: ["object"] },
  pictures: ["filename"],
  sentences: ["caption", "negative_caption"],
});

/** ARO (Yuksekgonul et al. 2023): relations and attributes in boxes of images. */
const ARO = namedFormat({
  ...{ name: "aro", title: "ARO", kinds: ["array"], group: "relation_name" },
  pictures: ["image_path"],
  box: ["bbox_x", "bbox_y", "bbox_w", "bbox_h"],
  sentences: ["true_caption", "false_caption"],
});

/** Winoground (Thrush et al. 2022): two sentences of the same words. */
const WINOGROUND = namedFormat({
  ...{ name: "winoground", title: "Winoground", kinds: ["array", "table"], group: "collapsed_tag" },
  pictures: ["image_0", "image_1"],
  sentences: ["caption_0", "caption_1"],
});

/** BiVLC (Miranda et al. 2024): SugarCrepe with a picture for each negative caption. */
const BIVLC = namedFormat({
  ...{ name: "bivlc", title: "BiVLC", kinds: ["array", "table"], group: "type" },
  pictures: ["image", "negative_image"],
  sentences: ["caption", "negative_caption"],
});

/** A set whose rows have each picture and sentence under a key, the right ones first. */
function namedFormat({ kinds, pictures, box = [], sentences, group, ...named }: {
  readonly name: string;
  readonly title: string;
  readonly kinds: readonly Content["kind"][];
  readonly pictures: readonly string[];
  readonly box?: readonly string[];
  readonly sentences: readonly string[];
  readonly group?: string;
}): BenchmarkFormat {
  return choicesFormat({
    ...{ ...named, kinds, rule: "strict" },
    keys: [...pictures, ...box, ...sentences],
    row: (row, place) => ({
      pictures: pictures.map((key) => (
        { image: row.text(key), ...box.length > 0 && { box: boxIn(row, box, place) } }
      )),
      sentences: sentences.map((key) => row.text(key)),
      right: 0,
      group: group && optionalText(row, group),
    }),
  });
}

const BOX = ["x", "y", "width", "height"];

/** CREPE's negations (Ma et al. 2023): a caption with several hard negatives. */
const CREPE = choicesFormat({
  ...{ name: "crepe", title: "CREPE, negation", rule: "first" },
  kinds: ["table"],
  keys: ["image_id", "caption", ...BOX, "hard_negs"],
  more: " (a list as Python writes it)",
  row: (row, place) => ({
    pictures: [{ image: row.text("image_id"), box: boxIn(row, BOX, place) }],
    sentences: [row.text("caption"), ...pythonTexts(row, "hard_negs", place)],
    right: 0,
  }),
});

const WHATSUP = choicesFormat({
  ...{ name: "whatsup", title: "What'sUp", rule: "first" },
  kinds: ["array"],
  keys: ["image_path", "caption_options"],
  row: (row) => {
    const image = row.text("image_path");
    const sentences = row.texts("caption_options");
    const [, group] = RELATION.exec(image.split("/").at(-1)!) ?? [];
    return { pictures: [{ image }], sentences, right: 0, group };
  },
});

/** The relation in the name of a controlled photograph, such as mug_left_of_plate.jpeg. */
const RELATION = /^[^_]+_(left|right|on|under|in-front|behind)_(?:.*_)?[^_]+\.\w+$/;

/** The same questions about COCO and Visual Genome, with an image's number in place of its path. */
const WHATSUP_QA = choicesFormat({
  ...{ name: "whatsup-qa", title: "What'sUp, COCO_QA or VG_QA", rule: "first", kinds: ["array"] },
  form: "a JSON array of [image, right caption, wrong caption]",
  matches: (content) => firstRow(content) !== undefined && !SIMPLENEG.matches(content),
  row: (row) => {
    const number = row.optional("0");
    const image = typeof number === "number" ? `${number}` : row.text("0");
    return { pictures: [{ image }], sentences: [row.text("1"), row.text("2")], right: 0 };
  },
});

/** Each row's caption is right. Published figures are also over rows that annotators doubt, and over all rows of coreference. */
const VALSE_PIECES: BenchmarkFormat = {
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
    part: Object(firstItem(content)).linguistic_phenomena?.toString(), // such as existence
  }),
};

const QUESTION = /^Is there (an? )?(.+)\?$/;

/**
 * BEAF (Ye-Bin et al. 2024): questions about a picture, and about copies from each of which an object was removed. A block is a picture and a
 * copy, and what the question about the removed object affirms and denies; other questions have no second picture in which the answer
 * differs.
 */
const BEAF: BenchmarkFormat = {
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

/** Rows may have different numbers of options; those that a row lacks are empty. */
const OWN_LIST: BenchmarkFormat = {
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
        right: row.withNumbers("answer")
          .number("answer", { min: 1, max: sentences.length, whole: true }) - 1,
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

export const BENCHMARK_FORMATS: readonly BenchmarkFormat[] = [
  ...[VALSE_PIECES, NEGBENCH_MCQ, NEGBENCH_RETRIEVAL, NEGREFCOCOG, CCNEG, CREPE, SUGARCREPE],
  ...[WHATSUP, WHATSUP_QA, ARO, SIMPLENEG, WINOGROUND, BIVLC, BEAF, OWN_LIST],
];
