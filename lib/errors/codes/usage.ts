/** Errors in the use of a task's flags. */

export const USAGE = {
  title: "Commands and flags",
  intro: "These end with exit code 2 and a last line that says how to see the task's help.",
  codes: {
    "usage-flag-unknown": {
      cause: "The flag is misspelt, or belongs to another task.",
      fix: "Use the flag that the message suggests. Where none is close, `--help` lists them all.",
    },
    "usage-argument-unexpected": {
      cause: "A value has no flag before it, or a text with spaces is not in quotes.",
      fix: "Put its flag before it, and put quotes around paths with spaces.",
    },
    "usage-flag-repeated": {
      cause: "The same flag is given twice, perhaps once in a script and once on the command line.",
      fix: "Remove one of them.",
    },
    "usage-value-missing": {
      cause: "The flag has no value, or an empty one; perhaps a shell variable is not set.",
      fix: "Add the value after the flag.",
    },
    "usage-value-unexpected": {
      cause: "The flag is a switch and takes no value.",
      fix: "Remove the value.",
    },
    "usage-value-wrong": {
      cause:
        "The flag does not take this value, or the value is out of range; for `--layer` the range is the model's.",
      fix: "Use one of the values that the message names.",
    },
    "usage-input-missing": {
      cause:
        "You gave data without images, images for your own model without data, or weights without the model that they were made from.",
      fix:
        "Give `--data` and `--images` together; `attend` needs no images. A model alone runs on the embedded data. Beside `--weights` give `--model`.",
    },
    "usage-data-text-only": {
      cause:
        "The rows of the data are sentences without images, but the experiment or the task `segment` needs images, or images were given.",
      fix: "Use data with images, or an experiment that reads only text, `attend`.",
    },
    "usage-sentences-missing": {
      cause:
        "The embedded sentences are in the few words of the embedded model, so that another model needs sentences of yours.",
      fix:
        "Give `--sentences FILE`: `deno task download cannot` fetches the paper's, and any file of sentences will do.",
    },
    "usage-no-rows": {
      cause: "There are fewer rows than shards, or fewer than K.",
      fix: "Split the run into fewer shards.",
    },
  },
} as const;
