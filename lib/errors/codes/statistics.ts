/** Errors in the use of the statistics. */

export const STATISTICS = {
  title: "In your own code: statistics",
  intro: "",
  codes: {
    "seed-out-of-range": {
      cause: "The generator has one sequence for each whole number in this range, and no others.",
      fix: "Use a whole number in the range.",
    },
    "random-range-empty": {
      cause: "There is no number to draw.",
      fix: "Give a whole number from 1.",
    },
    "bootstrap-option-wrong": {
      cause: "The number of samples is out of range.",
      fix: "Use a value that the message allows.",
    },
    "column-lengths-differ": {
      cause: "The columns or keys do not belong to the same rows.",
      fix: "Give one value for each row in every column.",
    },
    "value-not-finite": {
      cause: "NaN or infinity is among the values.",
      fix:
        "Where a missing value is allowed, put undefined in its place; elsewhere leave out the row.",
    },
    "score-missing": {
      cause: "A set of names is compared with scores, and a name in the set has none.",
      fix: "Give every name a score; what is not scored has the least.",
    },
    "permutations-wrong": {
      cause: "A test needs at least one permutation.",
      fix: "Give a whole number; 10,000 is usual.",
    },
    "p-value-out-of-range": {
      cause: "A value is not a probability.",
      fix: "Put undefined in its place.",
    },
    "level-out-of-range": {
      cause: "The level was given in per cent.",
      fix: "Write 0.95 for 95 %.",
    },
  },
} as const;
