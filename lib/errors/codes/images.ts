/** Errors in images. */

export const IMAGES = {
  title: "Images",
  intro: "",
  codes: {
    "images-not-given": {
      cause: "Scores were requested from a study that has no images; activations need none.",
      fix: "Give `Study.open` the folder of the images, or use only what needs no scores.",
    },
    "image-folder-missing": {
      cause: "The path is wrong, or a disk is not mounted.",
      fix: "Correct `--images`.",
    },
    "image-missing": {
      cause:
        "The folder lacks an image that the data names: it is the wrong folder, or a download is incomplete.",
      fix:
        "Correct `--images`, or run `deno task download visual7w` again, which fetches what is missing.",
    },
    "image-unreadable": {
      cause: "The image is there but cannot be read, or `--images` is a file.",
      fix: "Correct `--images`, or the file's permissions.",
    },
    "image-changed": {
      cause: "Another program wrote the file while the run was reading the images.",
      fix: "Run again once the images are complete.",
    },
    "image-outside": {
      cause:
        "The data names an image with `..`, with a path from the root, or through a link that leads elsewhere. A data file cannot make the kit read other files.",
      fix: "Put the images below `--images`, and name them by their path from there.",
    },
    "image-undecodable": {
      cause:
        "The file is empty, truncated or damaged, not an image, in a format such as SVG, or a TIFF file of a rare kind, such as one in LAB colours.",
      fix: "Download it again, or convert it.",
    },
    "image-too-large": {
      cause: "Decoding it would take more memory than any photograph needs.",
      fix: "Scale it down; the model sees a few hundred pixels.",
    },
  },
} as const;
