/** Errors in images. */

export const IMAGES = {
  title: "Images",
  intro: "",
  codes: {
    "images-not-given": {
      cause: "Scores were requested from a study that has no images; activations need none.",
      fix:
        "Give `Study.open` the folder of the images or `imageEmbeddings`, or use only what needs no scores.",
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
    "image-embeddings-unreadable": {
      cause:
        "The file of `--image-embeddings` is not there, is of another kind, or is damaged; the message says which, and what the file must be.",
      fix:
        "Save a matrix with `numpy.save()`, one row for each image, and the images' names beside it; or a dictionary of one vector for each image with safetensors' `save_file()` or `torch.save()`.",
    },
    "image-embeddings-shape": {
      cause:
        "The file of `--image-embeddings` holds embeddings of another model, token by token instead of one for each image, or all images in one tensor of a safetensors file.",
      fix:
        "Embed the images with the image tower that belongs to the text tower, after its projection. A safetensors file has one tensor for each image; a matrix is a .npy file.",
    },
    "image-names-unreadable": {
      cause:
        "A .npy file has no names, so that nothing says which image a row is of, and the text file that does is missing.",
      fix:
        "Write the names of the images, as the data name them, beside the matrix, one on each line: `images.txt` for `images.npy`.",
    },
    "image-names-wrong": {
      cause:
        "The names were written for another matrix, or one is there twice, so that rows and images do not belong together.",
      fix: "Write the matrix and the names together, from the same list.",
    },
    "image-embedding-missing": {
      cause:
        "The image was not embedded, or the file gives it another name than the data, such as one without `.jpg` or with a folder.",
      fix:
        "Use the names in the column or field `image` of the data. `--skip-bad` leaves out rows without an embedding.",
    },
    "image-embedding-wrong": {
      cause:
        "The image tower that made the embedding failed on this image, for instance in half precision, or the array was never filled.",
      fix: "Embed the image again, in single precision.",
    },
    "image-tower-replaced": {
      cause:
        "`ablate`, or code of your own, runs the image tower, but `--image-embeddings` says that its embeddings come from elsewhere; it may not be the tower that made them.",
      fix: "Run it with `--images` alone, on a model whose image tower the kit can load.",
    },
  },
} as const;
