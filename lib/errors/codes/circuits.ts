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
        "Each fold of a probe's cross-validation needs two distinct sentence pairs, so that the controls can exchange the labels of one and keep those of the other. The rows have too few pairs for the number of folds.",
      fix: "Use more rows (raise `--limit`, or leave it out), or fewer folds (`--folds`).",
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
    "node-sets-wrong": {
      cause:
        "The file of `--sets` is not an object that gives each set's name a list of nodes, or a node has another name than `head 1.2` (layer.head) or `mlp 3` (layer), from 1.",
      fix: "Write the file like `circuit_sets.json` of any run of `circuit`.",
    },
    "circuit-file-wrong": {
      cause:
        "The file of `--circuit` is not a `circuit.json`, or the run that wrote it found no circuit.",
      fix:
        'Give the `circuit.json` of a run that found one; of a circuit made by hand, `{"nodes": ["head 1.2"]}` is enough.',
    },
    "node-unknown": {
      cause: "A set or a circuit has a head or an MLP that the model does not have.",
      fix: "Use a model with as many blocks and heads, or leave the nodes out.",
    },
    "circuit-sharded": {
      cause:
        "The search for a circuit decides by all rows what to run next, so that a shard would search for another circuit.",
      fix:
        "Search without `--shard`; `--sets` and `--circuit` say beforehand what to run, and can be split.",
    },
    "circuit-rows-missing": {
      cause:
        "No row is in the segments of `--segments`, or d is no more than a rounding error (1e-4) in all of them. What a circuit brings about is divided by the sum of |d|.",
      fix: "Choose other segments; `deno task evaluate` counts the rows of each.",
    },
  },
} as const;
