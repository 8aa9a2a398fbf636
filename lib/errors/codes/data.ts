/** Errors in data and images, each with its cause and its fix. */

const ROWS = {
  title: "Data files and their rows",
  intro:
    "A row is named by its id and its place. Rows of CSV are counted as in a spreadsheet, with the header as row 1.",
  codes: {
    "data-format-unknown": [
      "The file has another format, uses semicolons instead of commas, or is not in UTF-8; spreadsheets may save such files.",
      "Save it as UTF-8 CSV with commas and the header id,image,negation,caption,foil.",
    ],
    "data-columns-wrong": [
      "A required column or key is missing, there twice, or misspelt, such as `subjectSize` for `subject_size`: read as an unknown key, its values would be lost.",
      "Add, remove or rename it. Columns in brackets are optional, and further ones are ignored.",
    ],
    "data-rows-unusable": [
      "Several rows are wrong; each has a line below, with what was expected.",
      "Correct them all, or leave them out with `--skip-bad`: the summary and the manifest then name them with the reasons.",
    ],
    "row-wrong": [
      "A value of the row is missing, of another type or out of range; a sentence with a comma is not in quotes; the id is that of another row; both sentences are the same; or `negation` or `negator` does not fit the sentences.",
      "Correct the row as the message says, or leave it out with `--skip-bad`.",
    ],
    "control-unfit": [
      "A control needs what the rows do not have: images, at least two of them, or sentences with a determiner that another can replace.",
      "Leave the control out of `--control`, or use rows that have what it needs.",
    ],
    "pair-not-minimal": [
      "The rephrased protocol and some experiments compare the sentences position by position. In this row they have different lengths, or differ in more than one word or token.",
      'Rephrase the pair, such as "some" against "no", leave the row out, or use the standard protocol where the experiment takes it.',
    ],
    "sentence-beyond-context": [
      "The model has a vector for a limited number of positions (77 in CLIP); it would read only the beginning of the sentence.",
      "Shorten the sentence; for a data file, `--skip-bad` leaves out such rows.",
    ],
    "rows-too-few": [
      "No row is left, or too few: the file is empty, or the protocol, `--skip-bad`, `--limit` or `--segments` leaves out those that are needed. `segment` needs foil-negated rows, a fold of a probe two distinct sentence pairs, a circuit rows whose d is more than a rounding error (1e-4), and `--edit` a sentence that the edit changes.",
      "Use more or other rows, or `--protocol standard`; `deno task evaluate` counts them.",
    ],
  },
} as const;

const IMAGES = {
  title: "Images",
  intro: "",
  codes: {
    "images-not-given": [
      "Scores were requested from a study that has no images; or the image tower is to run, but `--image-embeddings` says that its embeddings come from elsewhere, perhaps from another tower.",
      "Give `Study.open` or `--images` the folder of the images, or use only what needs no images.",
    ],
    "image-missing": [
      "There is no such folder, or it lacks an image that the data names, or the image may not be read: it is the wrong folder, a disk is not mounted, or a download is incomplete.",
      "Correct `--images` or the permissions, or run `deno task download visual7w` again, which fetches what is missing.",
    ],
    "image-outside": [
      "The data names an image with `..`, with a path from the root, or through a link that leads elsewhere. A data file cannot make the kit read other files.",
      "Put the images below `--images`, and name them by their path from there.",
    ],
    "image-undecodable": [
      "The file is empty, truncated or damaged, not an image, in a format such as SVG, a TIFF file of a rare kind, or larger than any photograph needs.",
      "Download it again, convert it, or scale it down; the model sees a few hundred pixels.",
    ],
    "image-embedding-missing": [
      "The image was not embedded, or the file gives it another name than the data, such as one without `.jpg` or with a folder.",
      "Use the names in the column or field `image` of the data. `--skip-bad` leaves out rows without an embedding.",
    ],
    "image-embeddings-wrong": [
      "The file of `--image-embeddings` is missing or damaged, of another model or token by token, has no names beside it or those of another matrix, or holds an embedding that is no number; the message says which.",
      "Embed the images with the image tower that belongs to the text tower, after its projection. Save a matrix with `numpy.save()`, one row for each image, and the images' names as the data name them, one on each line: `images.txt` for `images.npy`; or one vector for each image with safetensors' `save_file()` or `torch.save()`.",
    ],
  },
} as const;

export const DATA_CODES = [ROWS, IMAGES] as const;
