/** Errors in sweeps, threads and benchmarks. */

export const SWEEPS = {
  title: "Sweeps, threads and benchmarks",
  intro: "",
  codes: {
    "rows-inseparable": {
      cause:
        "The graph computes the rows of a sentence together outside of attention, as quantised files do. `bench` prints this; nothing failed.",
      fix: "For speed, use the plain export.",
    },
    "rows-disagree": {
      cause:
        "The graph rounds differently when it runs row by row. `bench` prints this; nothing failed.",
      fix: "For speed, use the float32 export.",
    },
    "attention-not-causal": {
      cause:
        "In the model's family every position attends to every other. `bench` and `inspect` print this; nothing failed.",
      fix: "Nothing: the fast schedule cannot help if no vectors are shared.",
    },
    "thread-stopped": {
      cause:
        "A large sweep divides its pairs among threads, and many images are decoded in a separate thread. Such a thread did not start, or it ended; the reason in the message is Deno's. The tasks have the permissions that they need, but a script of your own may not.",
      fix: "Run with `--allow-read`, or load the model with `threads: 1`.",
    },
    "reference-failed": {
      cause: "The reference did not run; the message holds its last line.",
      fix: "Name a Python that has both packages, and a model folder with the weights in it.",
    },
    "document-unreadable": {
      cause: "The path is wrong, or the file's permissions forbid reading it.",
      fix: "Correct the path.",
    },
    "document-mark-missing": {
      cause: "The document has no place for the table.",
      fix: "Add both marks to it, in this order.",
    },
  },
} as const;
