/** The table of the task `segment`. */

import { ID } from "../study/columns.ts";
import { number, optional, table, text } from "../tables/table.ts";
import { THRESHOLD } from "./subject_mask.ts";

export const SUBJECT_SIZES = table(
  "subject_sizes",
  "The size of the subject in the image of each row; empty where the subject is absent, in caption-negated rows, or the caption has no noun phrase. `--subject-sizes` of the other tasks reads this file.",
  {
    id: ID,
    image: text("The image's name in the data."),
    phrase: optional(
      text("The noun phrase of the caption with its determiner, for which the segmenter looks."),
    ),
    subject_size: optional(
      number(
        "share of the image",
        "Mean over the segmenter's pixels of the probability that a pixel shows the subject.",
      ),
    ),
    subject_size_binary: optional(
      number("share of the image", `Share of the pixels whose probability is above ${THRESHOLD}.`),
    ),
  },
);
