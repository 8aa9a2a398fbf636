import type { Box } from "../reading/picture.ts";

/** Which of a pair's two sentences is the negated one. */
export type Negation = "caption" | "foil";

/** The negated sides in the order of every table, chart and text: that of the paper. */
export const NEGATIONS = ["foil", "caption"] as const satisfies readonly Negation[];

export const NEGATIONS_AND_ALL = [...NEGATIONS, "all"] as const;

/** An image, a sentence that is true of it (the caption) and one that is not (the foil); exactly one of the two is negated. */
export interface Pair {
  /** Unique within a data file. */
  readonly id: string;
  /** The image's file name in the image folder; empty in data of sentences alone. Of a part of an image it says the part, as in `a.jpg#xywh=10,20,30,40`. */
  readonly image: string;
  /** The part of the image that the sentences are about: left and upper edge, width and height in pixels. @default {all of it} */
  readonly box?: Box;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The sentence that is true of the image. */
  readonly caption: string;
  /** The sentence that is false of the image. */
  readonly foil: string;
  /** Token position of the negator in the negated sentence, whose first word has 1 even in models without a start token, if the data file gives it. */
  readonly negator?: number;
  /** Mean probability of the subject over the image's pixels, 0 to 1, if known. */
  readonly subjectSize?: number;
  /** The word that negates, if the data file gives it instead of its position. */
  readonly negatorWord?: string;
  /** What the data file says the wording is; otherwise it is found from the negated sentence. */
  readonly frame?: string;
  /** What the negator of the affirmative sentence denies, in the words of the data file: in controlled pairs `none` or `other`. */
  readonly scope?: string;
  /** The subject noun, if the data file gives it; otherwise it is found from the negated sentence. */
  readonly noun?: string;
  /** Whether the subject is in the image, in the words of the data file: in controlled pairs `present` or `absent`. */
  readonly truth?: string;
  /** In a control, the negated sentence of the data that another takes the place of: the row's noun and frame are its. */
  readonly replaced?: string;
}

/** All protocols, the paper's first. */
export const PROTOCOLS = ["rephrased", "standard", "all"] as const;

/**
 * Which rows of VALSE are used, and in which words (method, section 1): `rephrased` adds "some" so that both sentences of a pair have
 * equally many tokens, `standard` leaves the sentences as they are, and `all` does so without the filter on annotators, as later papers
 * count the rows. Rows of other files are aligned under `all` as under `standard`.
 */
export type Protocol = typeof PROTOCOLS[number];

/** A row of a data file that is not used. */
export interface Dropped {
  /** The row's id in the data file. */
  readonly id: string;
  /** The reason, in one of a few fixed wordings, so that rows can be counted by reason. */
  readonly reason: string;
  /** Whether the row could not be used and was skipped on demand, instead of being left out by a rule of the data's format. */
  readonly skipped?: true;
}

export function negatedSentence(pair: Pair): string {
  return pair.negation === "caption" ? pair.caption : pair.foil;
}

/** The negated sentence of a pair as the data has it, also in a control. */
export function negatedInData(pair: Pair): string {
  return pair.replaced ?? negatedSentence(pair);
}

export function affirmativeSentence(pair: Pair): string {
  return pair.negation === "caption" ? pair.foil : pair.caption;
}

export function firstOfEachImage<Row extends Pick<Pair, "image"> = Pair>(
  pairs: readonly Row[],
): Map<string, Row> {
  const firsts = new Map<string, Row>();
  for (const pair of pairs) firsts.getOrInsert(pair.image, pair);
  return firsts;
}
