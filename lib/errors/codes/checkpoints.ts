/** Errors in files of weights. */

export const CHECKPOINTS = {
  title: "Weight files",
  intro:
    "The kit reads safetensors and the zip format of `torch.save`, whole or in shards. It runs nothing that a file contains.",
  codes: {
    "weights-unreadable": {
      cause: "The file does not exist, may not be read, or became shorter while it was read.",
      fix: "Correct the path, or the file's permissions.",
    },
    "weights-format-unknown": {
      cause:
        "The file is of another kind, which the message names. A Git LFS pointer or a web page stands where the weights should be if a download did not follow through; `config.json` and `tokenizer.json` hold no weights.",
      fix: "Download the weights themselves, as `.safetensors` or as a file of `torch.save`.",
    },
    "weights-format-old": {
      cause:
        "The file was saved by a version of torch before 1.6, in a format that mixes the weights with the pickle.",
      fix:
        "Run the line of Python in the message once; it writes the same weights in today's format.",
    },
    "weights-damaged": {
      cause:
        "A download was cut off, the file was changed, or its parts contradict each other: sizes, places, or names that occur twice.",
      fix: "Download it again and compare its checksum with the published one.",
    },
    "weights-compressed": {
      cause:
        "The file was packed again by a zip program. Weights are read in place, which compression prevents.",
      fix: "Download the original, or unpack it and pack it without compression: `zip -0 -r`.",
    },
    "weights-number-type": {
      cause:
        "The numbers are stored in a form that is not supported, such as eight-bit floats or the quantised, sparse or complex tensors of torch.",
      fix: "Convert the weights to float32, float16 or bfloat16 and save them again.",
    },
    "weights-too-large": {
      cause:
        "The description of the weights is far larger than that of any model. The file was damaged, or made to fill the memory.",
      fix: "Use a file from a source that you trust.",
    },
    "weights-none": {
      cause: "The file holds no tensor, or none in a place where checkpoints keep weights.",
      fix: "Save the model's `state_dict()` alone.",
    },
    "weights-ambiguous": {
      cause: "The file holds several models, such as the trained one and a running average of it.",
      fix: "Save the one that you mean alone.",
    },
    "weights-index-wrong": {
      cause: "The index of a model in several files does not belong to the files beside it.",
      fix: "Download the index and all files that it names again, all of one version.",
    },
    "weights-shard-alone": {
      cause: "`--weights` names one of several files that hold the weights of a model together.",
      fix:
        "Name the index file, such as `model.safetensors.index.json`; the others must lie beside it.",
    },
  },
} as const;
