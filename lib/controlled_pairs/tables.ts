/** The table of the task `pairs`. */

import { count, key, optional, table, text } from "../tables/table.ts";

export const PAIR_COUNTS = table(
  "pair_counts",
  "The controlled pairs that were made: one row for each frame with a negator and a scope.",
  {
    frame: key(text(
      "The wording, about an object X and perhaps another one, Y; `all` for the rows of a benchmark without a pair.",
    )),
    negator: key(text("The word that negates.")),
    scope: key(text(
      "What the negator of the affirmative sentence denies: `none` if a word that denies nothing stands in its place, `other` if it denies Y.",
    )),
    n: count("Number of rows, half of them with X in the image.", "rows"),
    sentence_pairs: count("Number of sentence pairs.", "sentence pairs"),
    nouns: count("Number of head nouns of X.", "nouns"),
    not_made: count(
      "Number of sentence pairs, or of rows of a benchmark, that were left out.",
      "sentence pairs",
    ),
    reason: optional(text("Why sentence pairs, or all of them, were left out.")),
  },
);
