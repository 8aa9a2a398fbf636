/** The tables of the task `benchmark`. */

import { estimate } from "../study/effects/estimate_columns.ts";
import { count, key, number, optional, table, text } from "../tables/table.ts";

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
      count("The option's place, from 0; of a caption and a foil, the caption is first."),
    ),
    right: count("1 if the option is the right one, otherwise 0."),
    score: number(
      "logit",
      "S; with `--unnormalised` the inner product of the embeddings before they are normalised.",
    ),
  },
);

/** What the values of the column `group` are. */
export const KINDS = ["group", "template", "negator", "frame"] as const;

/** Rows that ask for other relations of like things: two opposite ones, or all four. */
export const TOGETHER = ["pair", "set"] as const;

export type Kind = "all" | typeof KINDS[number] | typeof TOGETHER[number];

export const ACCURACY = estimate(
  "accuracy",
  "",
  "share",
  "Mean over rows of 1/k if the right option is one of k that share the largest score, otherwise 0; of pairs and sets, of the product. With `--published` as the script of the set counts.",
);

const share = (definition: string) => number("share", definition);
const shareOrNone = (definition: string) => optional(share(definition));

export const ACCURACIES = table(
  "accuracy",
  "Accuracy on all rows and by group, template, negator and frame, and of pairs and sets of rows about like things, right if all of their rows are; beside what is had without looking.",
  {
    group: key(text("`all`, or the value that the rows share.")),
    n: count("Number of rows, or of pairs or sets with all their rows."),
    ...ACCURACY.columns,
    accuracy_first: share("Share of rows whose first option with the largest score is right."),
    accuracy_published: shareOrNone(
      "Share of rows that the script of the set counts as right; empty without one.",
    ),
    ties: optional(
      count(
        "Rows whose largest score is shared by several options; not of pairs and sets.",
        "rows",
      ),
    ),
    mean_rank: optional(number(
      "",
      "Mean rank of the right option, of ties the middle; not of pairs and sets.",
    )),
    r3: shareOrNone("Share of rows in which this rank is at most 3; not of pairs and sets."),
    chance: share("Mean over rows of 1 divided by the number of options."),
    longest: share("Accuracy, ties divided, of taking the longest sentence."),
    shortest: share("The same of taking the shortest sentence."),
    negated: share("The same of taking a sentence with a negating word."),
    bag_of_words: share(
      "The same of naive Bayes on words, fitted on rows of other nouns.",
    ),
    random_weights: shareOrNone(
      "The accuracy of the model with random weights; only with `--control random`.",
    ),
    by: key(
      text<Kind>(
        "What the rows share: `group`, `template`, `negator` or `frame`; or `pair`: two opposite relations, `set`: all four.",
      ),
    ),
  },
);

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
  rank_first: count("1 and the number of items above the right one."),
  tied: count(
    "How many others share its score, in the direction of captions wrong ones alone.",
    "items",
  ),
});

const RECALL = estimate(
  "value",
  "",
  "",
  "Share with a rank of at most 1, 5 or 10, or the median rank; intervals of shares keep the captions of an image together.",
);

export const recallCells = RECALL.cells;

export const RETRIEVAL_SUMMARY = table(
  "retrieval_summary",
  "Recall and median rank of both directions.",
  {
    direction: DIRECTION,
    measure: key(text<"r1" | "r5" | "r10" | "median">("`r1`, `r5`, `r10` or `median`.")),
    n: count("Captions, or images.", "items"),
    ...RECALL.columns,
    first: number("", "The same by `rank_first`."),
    chance: optional(number("", "The recall of random ranks, with as many right items.")),
    random: optional(
      number("", "That of the model with random weights; only with `--control random`."),
    ),
    ties: count("Captions or images whose right item shares its score with another.", "items"),
  },
);

export const PUBLISHED = table(
  "published",
  "Figures that were published on the set, beside the run's own on the same group.",
  {
    part: key(text("The part of the set; `whole` if it has none.")),
    group: key(text("The rows, as in accuracy.csv.")),
    measure: key(text("`accuracy`, `r1` or `r5` of text to image.")),
    model: key(text("The model, as its authors call it.")),
    n: optional(count("Rows.", "rows")),
    published: share("The published figure."),
    measured: shareOrNone(
      "The run's figure, counted as the script of the set counts; only with `--published`, and if the file has as many rows as the part.",
    ),
    counted: text("How the published figure was counted."),
    source: key(text("Where it was published.")),
  },
);
