/** Errors in the use of the library: towers, hook points, interventions. */

export const HOOKS = {
  title: "In your own code: studies, towers, hook points, interventions",
  intro: "These come from the library only; no task causes them by itself.",
  codes: {
    "tower-not-loaded": {
      cause: "`Clip.load()` was called with `towers` that do not include it.",
      fix: "Add it.",
    },
    "tower-released": {
      cause: "`release()` was called before, perhaps in another cell.",
      fix: "Load the model again.",
    },
    "pixels-shape-differs": {
      cause: "The array does not have the shape of the model's input.",
      fix: "Make pixels with `clip.image.pixels()`.",
    },
    "hook-unknown": {
      cause: "The name is misspelt, counts blocks from 1, or lacks `vision.`.",
      fix: "Use one of the nearest.",
    },
    "head-unknown": {
      cause:
        "The block has no such head. Heads and blocks count from 0 in code, as in hook names, and from 1 in tables and tasks.",
      fix: "Give a head from 0 to one less than the number of heads.",
    },
    "weight-unknown": {
      cause:
        "The name is misspelt, counts blocks from 1, or belongs to the other tower; names of the image tower begin with `vision.`.",
      fix: "Use one of the nearest, or print `clip.text.weights` or `clip.image.weights`.",
    },
    "run-value-missing": {
      cause: "The value is not computed at this point of the run, or has another type.",
      fix: "Change the hook point that holds it.",
    },
    "cache-lacks-hook": {
      cause: "The hook point was not requested.",
      fix: "Give its name, or a pattern with `*`, to `runWithCache()`.",
    },
    "cache-lacks-row": {
      cause: "The run had fewer sentences or images.",
      fix: "Count rows from 0.",
    },
    "cache-lengths-differ": {
      cause: "Sentences of different lengths have no common shape.",
      fix: "Read rows one by one, or run sentences of one length together.",
    },
    "tensor-size-differs": {
      cause: "The shape, the axes and the values do not belong together.",
      fix: "Give as many values as the product of the sizes.",
    },
    "tensor-index-outside": {
      cause: "An index is missing, or beyond its axis.",
      fix: "Print the tensor to see its axes and sizes.",
    },
    "tensor-axis-absent": {
      cause: "The name of an axis is that of another hook point's, or the axis has no entries.",
      fix: "Print the tensor to see its axes and sizes.",
    },
    "tensor-shapes-differ": {
      cause:
        "The tensors are of different hook points, numbers of rows, or lengths of sentences; a vector must have the last axis.",
      fix: "Take both from the same hook point and sentences of one length, or read single rows.",
    },
    "interventions-not-list": {
      cause: "`interventions` was given a single one.",
      fix: "Put it in brackets: `interventions: [zero(…)]`.",
    },
    "intervention-value-wrong": {
      cause: "A part of an intervention is missing or of another type: `patch()` needs `from`.",
      fix: "Give what the message asks for.",
    },
    "intervention-key-unknown": {
      cause:
        "A name in an intervention is misspelt or belongs to another kind. It would select nothing, and the whole value would change.",
      fix: "Use one of the names that the message lists.",
    },
    "run-option-unknown": {
      cause: "The name of an option is misspelt, and the model would run unchanged.",
      fix: "Write `{ interventions: […] }`.",
    },
    "run-list-wrong": {
      cause: "A run takes a list, even of a single sentence, image or hook point.",
      fix: 'Put it in brackets: `clip.text.run(["There is no dog."])`.',
    },
    "selection-axis-unknown": {
      cause:
        "The hook point has no such axis: a residual stream has no heads, a pattern no positions.",
      fix: "Select `query` and `key` of patterns, and `head` of `hook_q` to `hook_z`.",
    },
    "selection-outside": {
      cause: "There is no such head, position or row in this run.",
      fix: "Count from 0; a position must be below the sentence's length.",
    },
    "knock-out-needs-pattern": {
      cause: "`knockOut()` is for attention patterns.",
      fix: "Use `zero()`.",
    },
    "mean-needs-positions": {
      cause: "A pattern has no positions to average.",
      fix: "Use `edit()`.",
    },
    "intervention-size-differs": {
      cause: "A vector has another width, or a cache holds sentences of another length.",
      fix: "Take values from the same hook point; give `position` to patch across lengths.",
    },
    "intervention-rows-differ": {
      cause: "It is not clear which row belongs to which.",
      fix: "Give `fromRow`.",
    },
    "patch-needs-position": {
      cause: "One position, query or key cannot be written to none or to several.",
      fix: "Give `position`, `query` or `key` beside `fromPosition`, `fromQuery` or `fromKey`.",
    },
    "role-without-study": {
      cause: "An intervention has a role, such as `negator`, where a tower needs positions.",
      fix:
        "Run it by `study.score({ interventions })` or by a row's sentence, which know the roles of their tokens, or give positions.",
    },
    "role-unknown": {
      cause: "The name of the role, or of the sentence that runs, is misspelt.",
      fix: "Use one of the names that the message lists.",
    },
    "experiment-name-taken": {
      cause:
        "Your experiment, or an option, a table or a chart of it, has the name of something else, such as `images`, `limit` or `evaluate`.",
      fix: "Rename it.",
    },
    "measured-rows-differ": {
      cause: "`measure` left out rows, or returned something other than a list.",
      fix:
        "Return one value for each row of `study.rows`, in their order; `undefined` or null for a row without one.",
    },
    "experiment-unknown": {
      cause: "The name is misspelt, or the experiment is your own.",
      fix: "Use the name of one of the kit's experiments, or give the experiment itself.",
    },
    "option-unknown": {
      cause: "The option's name is misspelt, or belongs to another experiment.",
      fix: "Use one of the names that the message lists.",
    },
    "option-value-wrong": {
      cause: "The option cannot have this value, or the value is out of range.",
      fix: "Use one of the values that the message names.",
    },
    "option-file-unreadable": {
      cause: "The option takes a JSON file, and there is no such file, or it holds something else.",
      fix: "Check the path, and that the file is JSON of the form that the message names.",
    },
    "scores-of-other-rows": {
      cause: "The scores are of two studies, which have other rows or the same in another order.",
      fix: "Compare scores that one study gave.",
    },
    "role-absent": {
      cause:
        "No sentence that is run has a token of this role: the affirmative sentence has no negator where the negator is inserted, and only some sentences have `before` and `after`.",
      fix:
        "Use one of the roles that the message lists; `positions()` of a row's sentence says where it has a role.",
    },
    "patch-source-unknown": {
      cause:
        "A patch at a role takes the same role of the sentence that its cache is of, but that sentence is none of the study's.",
      fix: "Give the positions to write to and to take from as numbers.",
    },
    "patch-source-lacks-role": {
      cause:
        "A patch at a role takes the same role of the sentence that its cache is of, which has no token of it.",
      fix: "Patch at another role, or give the positions to write to and to take from as numbers.",
    },
    "patch-source-missing": {
      cause:
        "A patch of all sentences from a cache of several takes each sentence's own activations, and one is not in it.",
      fix: "Cache all sentences of the study, or give `fromRow` to take one sentence for all.",
    },
    "intervention-row-unclear": {
      cause:
        "`row` counts the sentences of a run, but `study.score()` runs each distinct sentence once.",
      fix: "Use `study.row(id)` and score its sentences.",
    },
    "patch-source-ambiguous": {
      cause:
        "The cache is of a sentence of other pairs than the patched one's, and these pairs give its tokens different roles.",
      fix: "Give the positions to write to and to take from as numbers.",
    },
    "row-unknown": {
      cause: "The data has no row with this id, or it is among the rows that are not used.",
      fix: "Take an id from `study.pairs`; `study.dropped` lists the rows that are not used.",
    },
    "edit-changed-shape": {
      cause: "The function returned a tensor of another shape.",
      fix: "Change values in place, or return a tensor of the same shape.",
    },
    "embeddings-differ": {
      cause: "The embeddings are from two models.",
      fix: "Take both from one.",
    },
  },
} as const;
