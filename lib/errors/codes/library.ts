/** Errors in the use of the library, each with its cause and its fix. */

const LIBRARY = {
  title: "In your own code",
  intro:
    "These come from calls of the library; of the tasks, only values that depend on the model or on a file of yours cause them.",
  codes: {
    "name-unknown": [
      "There is no hook point, weight, role, row, axis, option, column, experiment or planted model of this name: it is misspelt, counts blocks from 1, lacks `vision.`, was not requested, or belongs to something else.",
      "Use one of the names that the message lists, the nearest first.",
    ],
    "name-taken": [
      "Your experiment, or an option, a table or a chart of it, has the name of something else, such as `images`, `limit` or `evaluate`.",
      "Rename it.",
    ],
    "index-outside": [
      "There is no such layer, head, position, row, token or entry. In code they count from 0, as in hook names; layers and heads count from 1 in tables, tasks and sets of nodes.",
      "Use a number in the range that the message names.",
    ],
    "value-wrong": [
      "An argument, an option or a part of an intervention is missing, of another type, or out of range. A single thing stands where a list is expected, or a level was given in per cent.",
      "Give what the message asks for: one thing in brackets for a list, 0.95 for 95 %.",
    ],
    "value-not-finite": [
      "NaN or infinity is among the values, which other programs would read as numbers.",
      "Where a missing value is allowed, put undefined in its place; elsewhere leave out the row.",
    ],
    "sizes-differ": [
      "Two things that must agree do not: axes, sizes, numbers of rows, lengths of sentences or of columns, or values of two models.",
      "Take both from the same hook point, model and sentences of one length; read sentences of different lengths one by one, and give one value for each row.",
    ],
    "change-unfit": [
      "The change does not apply to this value: a residual stream has no heads, a pattern no positions, `knockOut()` is for patterns, or the run does not compute the value at this point.",
      "Use the kind of change or the hook point that the message names.",
    ],
    "patch-source-unclear": [
      "Nothing says which activation is to be written where: a single position has to be taken from none or from several, or the cache does not have the sentence, its role or its row.",
      "Give the positions or rows to write to and to take from as numbers, or cache all sentences of the study.",
    ],
    "role-absent": [
      "No sentence that is run has a token of this role, or the intervention is run by a tower, which knows only positions.",
      "Use a role that the message lists; run it by `study.score({ interventions })` or by a row's sentence, whose `positions()` says where it has a role.",
    ],
    "measured-wrong": [
      "`measure` of your experiment left out rows, or returned something other than a list of what JSON holds unchanged: finite numbers, texts, lists and plain objects.",
      "Return one value for each row of `study.rows`, in their order; `undefined` or null for a row without one.",
    ],
  },
} as const;

export const LIBRARY_CODES = [LIBRARY] as const;
