/** Words that all experiments use, as the foot of a summary and the help of a task explain them. */

import type { Word } from "../tables/words.ts";

export const GLOSSARY: readonly Word[] = [
  { word: "S", means: "100 x the cosine of the embeddings of sentence and image" },
  { word: "d", means: "S(caption) - S(foil); if d > 0 the true sentence scores higher" },
  {
    word: "segment",
    also: ["correct", "ambiguous", "incorrect"],
    means: "correct: d >= 1, ambiguous: -1 <= d < 1, incorrect: d < -1",
  },
  {
    word: "negation",
    also: ["negated", "foil-negated", "caption-negated"],
    means: "the negated sentence: caption (true) or foil (false)",
  },
  { word: "negator", means: 'the token that negates, such as "no"' },
  {
    word: "protocol",
    means:
      "rephrased: equally many tokens in both; standard: sentences as they are; all: as they are, without the filter on annotators, as later papers count VALSE's rows",
  },
  {
    word: "sentence pairs",
    also: ["sentence pair"],
    means:
      "rows of other images often have the same two sentences; whichever sentence is true: counted without regard to the side",
  },
  {
    word: "95 % interval",
    also: ["interval", "intervals", "low", "high"],
    means:
      "keeps dependent rows together, by default those of a sentence pair: by a bootstrap over them, of accuracies by Wilson's method; none if they are too few (docs/statistics.md)",
  },
];
