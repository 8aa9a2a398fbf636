/** Words that all experiments use, as the foot of a summary and the help of a task explain them. */

import type { Word } from "../tables/words.ts";

export const GLOSSARY: readonly Word[] = [
  { word: "S", means: "100 x the cosine of the embeddings of sentence and image" },
  { word: "d", means: "S(caption) - S(foil); if d > 0 the true sentence scores higher" },
  {
    word: "segment",
    also: ["correct", "ambiguous", "incorrect"],
    means:
      "the paper's classes of rows by d. correct: d >= 1, ambiguous: -1 <= d < 1, incorrect: d < -1",
  },
  {
    word: "negation",
    also: ["negated", "foil-negated", "caption-negated"],
    means:
      "which sentence is negated. foil-negated: the false one, since the thing is in the picture; caption-negated: the true one, since it is not",
  },
  { word: "negator", means: 'the token that negates, such as "no"' },
  {
    word: "protocol",
    means:
      'rephrased: both sentences have equally many tokens, such as "some" for "no"; standard: sentences as they are; all: as they are, without the filter on annotators, as later papers count VALSE\'s rows',
  },
  {
    word: "sentence pairs",
    also: ["sentence pair"],
    means:
      "rows of other images often have the same two sentences; whichever is true, they count as one pair",
  },
  {
    word: "95 % interval",
    also: ["interval", "intervals", "low", "high"],
    means:
      "keeps dependent rows together, by default those of a sentence pair, as a cluster: by a bootstrap over clusters, of accuracies by Wilson's method; none if they are worth fewer than nine clusters of equal weight, the effective number (docs/statistics.md)",
  },
];
