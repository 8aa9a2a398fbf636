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
    "pair-not-minimal": {
      cause:
        "The experiment compares the runs of both sentences position by position. In this row they have different lengths, or differ in more than the negator, as many rows of the standard protocol do.",
      fix:
        "Use the rephrased protocol, which keeps only minimal pairs, or leave the row out of the data.",
    },
    "score-not-cosine": {
      cause:
        "`attribute` splits a score into the parts of a sentence's last residual vector. That is exact only if the score is a multiple of the cosine plus a constant; the family's `similarity` is something else.",
      fix: "Use a family whose score is a multiple of the cosine, such as CLIP.",
    },
    "receivers-differ": {
      cause:
        "The shards of a run of `paths` were made on different machines, whose rounding puts heads of almost equal strength in a different order, so that `--receivers strongest` chose others.",
      fix: "Run the shards again with the list of receivers that the message names.",
    },
  },
} as const;
