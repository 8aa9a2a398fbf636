/** Errors in data files and their pairs. */

export const DATA = {
  title: "Data files and pairs",
  intro:
    "A row is named by its id and its place. Rows of CSV are counted as in a spreadsheet, with the header as row 1.",
  codes: {
    "data-file-unreadable": {
      cause: "The path is wrong, or the file's permissions forbid reading it.",
      fix: "Correct the path; for the task `shapes` it is one of the paths in `--seeds`.",
    },
    "data-format-unknown": {
      cause:
        "The file has another format, uses semicolons instead of commas, or is not in UTF-8; spreadsheets may save such files.",
      fix: "Save it as UTF-8 CSV with commas and the header id,image,negation,caption,foil.",
    },
    "data-malformed": {
      cause: "A bracket, comma or quote is missing; the message names the place.",
      fix: "Correct that place; in CSV, write a quote within quotes twice.",
    },
    "data-column-missing": {
      cause: "A required column is missing or has another name.",
      fix: "Add or rename it. Columns in brackets are optional, and further columns are ignored.",
    },
    "data-column-repeated": {
      cause: "It is not clear which of the two columns, or of two values in JSON, counts.",
      fix: "Keep one.",
    },
    "data-fields-differ": {
      cause: "A sentence with a comma is not in quotes, or a field is missing.",
      fix: "Put the sentence in quotes; leave a field empty for a missing value.",
    },
    "data-rows-unusable": {
      cause: "Several rows are wrong; each has a line below, with what was expected.",
      fix:
        "Correct them all, or leave them out with `--skip-bad`: the summary and the manifest then name them with the reasons.",
    },
    "data-empty": {
      cause:
        "The file or its list is empty, or the protocol or `--skip-bad` dropped every row; the message then gives the reasons.",
      fix: "Use another file, or `--protocol standard`.",
    },
    "subject-sizes-differ": {
      cause:
        "The file of `--subject-sizes` was made of other data, or has no size for the rows of this protocol.",
      fix: "Run `deno task segment` on the same data, with the same `--protocol`.",
    },
    "pair-not-object": {
      cause: "A row of the JSON is a number, a text or a list.",
      fix: "Write each row as an object with the keys of a pair.",
    },
    "pair-key-misspelt": {
      cause:
        "A row, or the header of a table, has no key of this name but one that looks like it, such as `subjectSize` for `subject_size`: read as an unknown key, its values would be lost.",
      fix: "Rename the key. Other keys that no format has are ignored.",
    },
    "pair-value-wrong": {
      cause: "A value is missing, has the wrong type, or is out of range.",
      fix: "Correct the value as the message says.",
    },
    "pair-id-repeated": {
      cause: "Two rows have the same id, but tables and messages name rows by their ids.",
      fix: "Give each row an id of its own, such as a number.",
    },
    "pair-sentences-equal": {
      cause: "There is nothing to compare.",
      fix: "Correct one of the sentences, or remove the row.",
    },
    "pair-words-differ": {
      cause: "The rephrased protocol compares the sentences position by position.",
      fix: 'Rephrase the pair, such as "some" against "no", or use the standard protocol.',
    },
    "sentence-beyond-context": {
      cause:
        "The model has a vector for a limited number of positions (77 in CLIP); it would read only the beginning of the sentence.",
      fix: "Shorten the sentence; for a data file, `--skip-bad` leaves out such rows.",
    },
    "pair-tokens-differ": {
      cause:
        "The word that differs consists of several tokens in one of the sentences, or in both.",
      fix: "Use another word, or the standard protocol.",
    },
    "pair-negator-wrong": {
      cause:
        "`negator` in the data is not the position at which the sentences differ; the start token is position 0.",
      fix: "Correct it, or remove the column; the position is then found automatically.",
    },
    "pair-negator-missing": {
      cause: "`negation` names the wrong sentence.",
      fix: "Correct `negation`.",
    },
  },
} as const;
