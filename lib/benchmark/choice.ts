/** The row type of every benchmark: one picture and several sentences, or one sentence and several pictures, of which one is right; and how a row counts. */

import { type Box, partName } from "../reading/picture.ts";
import { sha256Text } from "../reading/sha256.ts";
import type { Rule } from "./formats/format.ts";

export interface Picture {
  /** The image's path as the file has it. */
  readonly image: string;
  /** The part that is looked at. @default {the whole image} */
  readonly box?: Box | undefined;
}

/**
 * A question with one right answer: either `pictures` or `sentences` has one item, and the other list has the options; or `query` stands in
 * for the picture. Or a block: two pictures and two sentences, of which the first belong together, and the second.
 */
export interface Choice {
  readonly id: string;
  /** Its place among all rows of the file, from 0. */
  readonly row: number;
  /** Its name in messages: by its id or, in a file without ids, by its number in the file. */
  readonly where: string;
  readonly pictures: readonly Picture[];
  /** The sentence with which the sentences are compared where there is no picture. */
  readonly query?: string | undefined;
  readonly sentences: readonly string[];
  /** The place of the right option, from 0. */
  readonly right: number;
  /** What the file calls the kind of the row, such as a relation. */
  readonly group?: string | undefined;
  /** The template of the right sentence, as the file names it. */
  readonly template?: string | undefined;
  readonly negator?: string | undefined;
  readonly frame?: string | undefined;
}

/** What a row of any benchmark shows and says. */
export type Shown = Pick<Choice, "id" | "row" | "where" | "pictures" | "sentences" | "query">;

/** An image with the captions that belong to it, for retrieval among all images and captions of a file. */
export interface CaptionedImage extends Shown {
  /** Objects that are in the image, as far as the file says. */
  readonly present: readonly string[];
  /** Objects that are not in the image, as far as the file says. */
  readonly absent: readonly string[];
}

/** The number of options: of a block the four pairs of a picture and a sentence, the sentences of the first picture first. */
export function optionCount({ pictures, sentences }: Choice): number {
  return Math.max(pictures.length, 1) * sentences.length;
}

export function isBlock({ pictures, sentences }: Choice): boolean {
  return pictures.length > 1 && sentences.length > 1;
}

export function isRight(choice: Choice, option: number): boolean {
  return isBlock(choice) ? option === 0 || option === 3 : option === choice.right;
}

/** The picture, if there is one, and the sentence of an option. */
export function optionOf(
  { pictures, sentences }: Choice,
  option: number,
): { readonly picture: Picture | undefined; readonly sentence: string } {
  return {
    picture: pictures[Math.floor(option / sentences.length)],
    sentence: sentences[option % sentences.length]!,
  };
}

export function pictureKey({ image, box }: Picture): string {
  return box === undefined ? image : partName(image, box);
}

/** A checksum of what is asked: rows of two files with the same one are the same question. */
export function questionSum({ pictures, query, sentences, right }: Choice): string {
  const asked = [pictures.map(pictureKey), query ?? null, sentences, right];
  return sha256Text(JSON.stringify(asked)).slice(0, 16);
}

/** A row's share: 1/k if the right option is one of k that share the largest score, up to `tie` below it; otherwise 0. */
export function countRow(scores: ArrayLike<number>, right: number, tie = 0) {
  const all = Array.from(scores);
  const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const isLargest = all.map((score) => most - score <= tie);
  const tied = isLargest.filter(Boolean).length;
  return { share: isLargest[right] ? 1 / tied : 0, first: all.indexOf(most) === right, tied };
}

/**
 * Whether a published script counts a row as right. Under `first` it takes the first option with the largest score, in the order of the file;
 * under `strict` every other option must be below the right one.
 */
export function countedByRule(scores: ArrayLike<number>, right: number, rule: Rule): boolean {
  const { share, first, tied } = countRow(scores, right);
  return rule === "first" ? first : share === 1 && tied === 1;
}
