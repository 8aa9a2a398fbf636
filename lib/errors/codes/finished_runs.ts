/** Errors in finished runs and in the published tables. */

export const FINISHED_RUNS = {
  title: "Finished runs and published tables",
  intro: "These concern the files that `compare`, `figures` and the library read back.",
  codes: {
    "run-missing": {
      cause: "The path is wrong, or the run has not been made yet.",
      fix: "Run the task first, or correct the path.",
    },
    "run-manifest-missing": {
      cause: "The folder is not the `--out` folder of a run.",
      fix: "Name the folder that holds `manifest.json`.",
    },
    "run-manifest-unreadable": {
      cause: "The file was edited or damaged.",
      fix: "Restore it, or repeat the run in another folder.",
    },
    "run-edited": {
      cause:
        "A manifest holds the checksums of a run's files and of itself, and each line of `finished.jsonl` its own. The named file does not agree with them: it was edited, damaged or exchanged, or it belongs to another run.",
      fix:
        "Restore the file, or move it away and repeat the run. Edit copies: a table that was changed by hand is no longer a result.",
    },
    "run-unfinished": {
      cause: "The run was interrupted, or is still running.",
      fix: "Run its command again: it continues where it stopped.",
    },
    "run-nothing-to-compare": {
      cause: "The task's tables have no counterpart in the paper.",
      fix: "Name runs of the tasks that the message lists.",
    },
    "run-site-differs": {
      cause: "The paper patches other activations.",
      fix: "Trace with that site into another folder.",
    },
    "run-direction-differs": {
      cause: "The paper patches the run of the affirmative sentence, the direction `denoise`.",
      fix: "Trace with `--direction denoise` or `--direction both` into another folder.",
    },
    "run-table-repeated": {
      cause: "It is not clear which of the two runs is to be compared.",
      fix: "Compare them one after the other, each with its own `--out`.",
    },
    "heads-differ": {
      cause: "The two results are of different models, so that their heads have nothing in common.",
      fix: "Run `attend` of one model on both sets of sentences.",
    },
    "heads-clusters-differ": {
      cause:
        "The two studies were opened with different values of `cluster`, so that their intervals say different things.",
      fix: "Open both with the same one, and run `attend` again.",
    },
    "run-baseline-differs": {
      cause:
        "A run with random weights is the baseline of another run only if all else is the same: the sizes of the towers, the contents of their files, whatever these are called, and the data.",
      fix:
        "Repeat the command of the other run with `--random-weights N` and an `--out` of its own.",
    },
    "table-unreadable": {
      cause: "The CSV file is missing or damaged, or a spreadsheet saved it in another form.",
      fix: "Move it away and repeat the run; open copies in a spreadsheet.",
    },
    "table-value-wrong": {
      cause: "A cell or the header was edited, or the table was written by another version.",
      fix: "Move it away and repeat the run.",
    },
    "table-cell-repeated": {
      cause: "Rows were copied within the file.",
      fix: "Move the table away and repeat the run.",
    },
    "published-damaged": {
      cause: "`data/published` is not as it was released.",
      fix: "Install the kit again, or check it out again.",
    },
  },
} as const;
