/** Sets of negated sentences: NegBench, CC-Neg, NegRefCOCOg, SimpleNeg. */

import type { RowPlace, RowReader } from "../../data/formats/format.ts";
import type { CaptionedImage } from "../choice.ts";
import {
  type BenchmarkFormat,
  boxesIn,
  boxOf,
  choicesFormat,
  type Content,
  hasKeys,
  numberedKeys,
  optionalText,
  pythonTexts,
  readChoices,
  readUnique,
  rowsOf,
  rowWrong,
  wholeNumber,
} from "./format.ts";
import { Dict, List, type Value } from "../../checkpoint/torch/values.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { DroppedRows } from "../../data/read.ts";

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
      right: wholeNumber(row, "correct_answer", { min: 0, max: sentences.length - 1 }),
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
        id: place.id,
        row: place.row,
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
    const boxes = boxesIn(row, "bbox_list", place);
    const meant = boxOf(row.numbers("ref_bbox", { min: -1e6, max: 1e6 }), place).join();
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
export const SIMPLENEG: BenchmarkFormat = {
  name: "simpleneg",
  title: "SimpleNeg",
  form: "a JSON array of [sentence, question about what it denies, question about what is there]",
  rule: undefined,
  unscripted:
    "The rows have no image: S compares a sentence with two questions, and that about what is there is right; the script of the set retrieves images and asks a model that answers questions about them",
  matches: (content) =>
    firstRow(content)?.slice(1).every((text) => /\?\s*$/.test(`${text}`)) === true,
  read: (content, options) =>
    readChoices(rowsOf(content), options, (row) => ({
      pictures: [],
      query: row.text("0"),
      sentences: [row.text("2"), row.text("1")],
      right: 0,
    })),
};

export function firstRow(content: Content): readonly unknown[] | undefined {
  const first = content.kind === "array" ? content.value[0] : undefined;
  return Array.isArray(first) && first.length === 3 ? first : undefined;
}
