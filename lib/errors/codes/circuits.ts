/** Errors of the experiments on circuits. */

export const CIRCUITS = {
  title: "Circuits",
  intro: "",
  codes: {
    "model-not-causal": {
      cause:
        "The experiment takes both sentences' runs to be equal before the negator. In the model's family every position attends to every other, as in SigLIP.",
      fix: "Use `trace`, `attend` or `knockout`, which do not need causal attention.",
    },
    "pairs-too-few": {
      cause:
        "A probe is fitted to some sentence pairs and tested on others, and the rows have only one distinct pair.",
      fix: "Use more rows: raise `--limit`, or leave it out.",
    },
    "pair-not-minimal": {
      cause:
        "The experiment compares the runs of both sentences position by position. In this row they have different lengths, or differ in more than the negator, as many rows of the standard protocol do.",
      fix:
        "Use the rephrased protocol, which keeps only minimal pairs, or leave the row out of the data.",
    },
  },
} as const;
