/** Errors in a model's folder and its settings. */

export const MODEL_FOLDERS = {
  title: "Model folders",
  intro:
    "`--model` is `shapes`, a planted model such as `planted/relay`, a folder in Hugging Face's layout, or the Hub's name of a downloaded model; the first of these that fits is taken.",
  codes: {
    "model-file-missing": {
      cause: "The folder does not exist, is the wrong one, or was only copied in part.",
      fix:
        "Point `--model` at the folder that holds `config.json`, or copy the missing file from the model's source.",
    },
    "planted-model-unknown": {
      cause:
        "Names that begin with `planted/` are those of the models in `data/planted`, whose circuits are known; none of them, and no folder, has this name.",
      fix:
        "Use one of the names that the message lists. A model of the Hub whose owner is `planted` is named with its revision, such as `planted/NAME@main`.",
    },
    "model-name-ambiguous": {
      cause:
        "The name is that of a planted model, and there is a folder with the same path in the working directory.",
      fix:
        "Begin the path of the folder with `./`. For the planted model run the command in another folder.",
    },
    "model-not-downloaded": {
      cause:
        "The name is in the form of the Hub's names, but no such model is on this machine; or only single files of it are, which `--file` or another program fetched.",
      fix:
        "Run the command in the message, or correct the path. A file of weights alone is laid over another model with `--weights`.",
    },
    "hub-cache-unknown": {
      cause:
        "Models are kept in the cache of the Hub's own tools, and the environment does not say where that is.",
      fix: "Set `HF_HUB_CACHE` to a folder, or name one with `--model` or `--out`.",
    },
    "model-file-unreadable": {
      cause:
        "A file of settings or of the tokeniser cannot be read, for the reason that the message gives. A Git LFS pointer, a text of three lines, is left where a repository was cloned without Git LFS.",
      fix:
        "Correct `--model`, or the file's permissions; download what is a pointer, or run `git lfs pull` in the clone.",
    },
    "json-unreadable": {
      cause:
        "The file is empty, truncated, or was damaged when it was edited; the message names the place.",
      fix: "Download it again, or correct that place.",
    },
    "json-not-object": {
      cause: "The file is valid JSON, but not an object.",
      fix: "Use the file of that name from the model's own repository.",
    },
    "setting-wrong": {
      cause:
        "A setting has the wrong type or an impossible value, or two files contradict each other, such as the crop and the input size.",
      fix: "Restore the file from the model's own repository.",
    },
    "model-file-changed": {
      cause: "The file was overwritten after its checksum had been recorded for the run.",
      fix: "Run the same command again once the model's files are complete.",
    },
    "tower-not-clip": {
      cause:
        "open_clip's settings, or the names in a file of weights, are of a tower of another architecture, or of one with a setting that changes CLIP's numbers; the message names it. Or the folder holds a text tower alone.",
      fix:
        "Use a model whose towers are CLIP's or SigLIP's. If only the image tower is another, the text tower can be used with image embeddings made elsewhere, `--image-embeddings`.",
    },
    "tower-twice": {
      cause:
        "`--weights` holds a tower for which `--onnx-text` or `--onnx-vision` names another file.",
      fix:
        "Leave out one of the two. To take one tower of the weights alone, save its arrays to a file of their own.",
    },
    "weights-unused": {
      cause:
        "`--weights` holds only a tower that the run does not use: weights of an image tower with `attend`, or beside `--image-embeddings`.",
      fix: "Leave `--weights` out, or give weights of the tower that is in use.",
    },
    "export-onnx-already": {
      cause:
        "The folder, `--onnx`, `--onnx-text` or `--onnx-vision` gives the tower as an ONNX file, from which there is nothing to convert.",
      fix:
        "Copy the file, or name weights with `--weights`. `--tower` exports the other tower alone.",
    },
    "export-into-model": {
      cause:
        "The folder that `export` writes into is the model's own, or holds the weights of another one. ONNX files under `onnx/` come before weights, so that later runs on the folder would read the export.",
      fix: "Give another folder with `--out`.",
    },
    "model-not-clip": {
      cause:
        "The folder holds another kind of model, or a single tower with settings of its own that is not CLIP's text tower.",
      fix:
        "Use a repository with a whole CLIP or SigLIP model. Others, and SigLIP 2's NaFlex models, are not supported.",
    },
  },
} as const;
