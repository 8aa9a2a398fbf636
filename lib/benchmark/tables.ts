/** The tables of the task `benchmark`. */

import { type Estimate, withoutBounds } from "../stats/estimate.ts";
import { estimate } from "../study/effects/estimate_columns.ts";
import { count, key, number, optional, type RowOf, table, text } from "../tables/table.ts";

const ROW = key(count("The row's place in the file, from 0."));

export const CHOICES = table(
  "choices",
  "One row for each option of each row of the file.",
  {
    id: text("The row's id in the file; its place if the file has no ids."),
    row: ROW,
    question: text(
      "The beginning of the SHA-256 of what the row asks: runs are compared where it is the same.",
    ),
    group: optional(
      text("The first that the row has of: its group in the file, template, negator, frame."),
    ),
    option: key(
      count(
        "The option's place, from 0; of a caption and a foil, the caption is first; of two pictures and two sentences, the sentences of the first picture are.",
      ),
    ),
    right: count(
      "1 if the option is right, otherwise 0; of two pictures with two sentences, two options are.",
    ),
    score: number(
      "logit",
      "S; with `--unnormalised` the inner product of the embeddings before they are normalised.",
    ),
  },
);

/** What the values of the column `group` are. */
export const KINDS = ["group", "template", "negator", "frame"] as const;

export type Kind = "all" | typeof KINDS[number];

export type Direction = "text_to_image" | "image_to_text";

const DIRECTION = key(
  text<Direction>(
    "`text_to_image`: the image of a caption among all images; `image_to_text`: the best caption of an image among all captions.",
  ),
);

export const RETRIEVAL = table("retrieval", "One row for each caption, then one for each image.", {
  direction: DIRECTION,
  row: ROW,
  caption: optional(
    key(count("The caption's place in its row, from 0; of an image, that of its best caption.")),
  ),
  id: text("The row's id in the file; its place if the file has no ids."),
  image: text("The image's path in the file."),
  sentence: text("The caption."),
  rank: number(
    "",
    "1, the number of items above the right one, and half the number of others that share its score.",
  ),
  tied: count(
    "How many others share its score, in the direction of captions wrong ones alone.",
    "items",
  ),
});

/** Text, image and group score of two pictures with two sentences. */
export const BLOCK_SCORES = ["text", "image", "group"] as const;

const VALUE = estimate("value", "", "The figure; a count of rows for `ties`.", { prefix: "" });

/** All figures of a run: of multiple choice or of a retrieval. */
export const FIGURES = table(
  "benchmark",
  "Accuracy on all rows and by group, template, negator and frame, beside what is had without looking; of sentences and their negations also `gamma`, `alpha` and blocks, as in `evaluate`; of a retrieval, recall and median rank of both directions.",
  {
    by: key(
      text<Kind | Direction>(
        "What the rows share: `group`, `template`, `negator` or `frame`; of a retrieval the direction.",
      ),
    ),
    group: key(text("`all`, or the value that the rows share.")),
    measure: key(
      text(
        "What is counted, as docs/benchmarks.md defines it: `accuracy` and its like; of two pictures `text`, `image` and `group`; of a retrieval `r1`, `r5`, `r10` (share with a rank of at most that) and `median`, with `_first` by the rank without half of the ties, with `_chance` of a random order, with `_random_weights` of such a model. `ties`: rows or items whose largest or right score is shared.",
      ),
    ),
    n: count("Rows, captions or images.", "items"),
    ...VALUE.columns,
  },
);

/** A line of benchmark.csv. */
export type Figure = RowOf<typeof FIGURES>;

/** A line for each figure that is known. */
export function figureLines(
  rows: Pick<Figure, "by" | "group" | "n">,
  figures: Readonly<Record<string, Estimate | number | undefined>>,
): Figure[] {
  return Object.entries(figures).flatMap(([measure, value]) =>
    value === undefined ? [] : [{
      ...rows,
      measure,
      ...VALUE.cells(typeof value === "number" ? withoutBounds(value) : value),
    }]
  );
}

/** Figures with a measure's name before their own. */
export function figuresOf(
  measure: string,
  value: Estimate,
  others: Readonly<Record<string, number | undefined>>,
): Parameters<typeof figureLines>[1] {
  const named = Object.entries(others).map(([name, of]) => [`${measure}_${name}`, of]);
  return { [measure]: value, ...Object.fromEntries(named) };
}
