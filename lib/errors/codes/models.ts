/** Errors in models: their folders, graphs and weights, each with its cause and its fix. */

const FOLDERS = {
  title: "Models",
  intro:
    "`--model` is `shapes`, a model of negscope such as `shapes/tuned` or `planted/relay`, a folder in Hugging Face's layout, or the Hub's name of a downloaded model; the first of these that fits is taken.",
  codes: {
    "model-missing": [
      "The name is in the form of the Hub's names, but no such model is on this machine; or only single files of it are, which `--file` or another program fetched.",
      "Run the command in the message, or correct the path. A file of weights alone is laid over another model with `--weights`.",
    ],
    "model-ambiguous": [
      "Two things fit: a model of negscope and a folder of the same name, or weights and an ONNX file of one tower.",
      "Begin the path of a folder with `./`; leave out one of two files, or save one tower of the weights to a file of its own.",
    ],
    "model-file-missing": [
      "The folder does not exist, is the wrong one, was only copied in part, is one that the published package leaves out, or its files have other names. Repositories of open_clip often have no tokeniser, since its code carries the vocabulary; older tokenisers are two files, `vocab.json` and `merges.txt`.",
      "Point the flag at the folder that holds `config.json`, copy the missing file from the model's source, or give the suffix of ONNX files, such as `--onnx _fp16`.",
    ],
    "setting-wrong": [
      "A setting has the wrong type or an impossible value, or two files contradict each other, such as the crop and the input size.",
      "Restore the file from the model's own repository.",
    ],
    "model-unsupported": [
      "The settings or the names of the arrays are those of another kind of model, of a tower of another architecture, of an adapter, or of one with a setting or arrays that change CLIP's numbers; the message names it.",
      "Use a model whose towers are CLIP's or SigLIP's (not NaFlex), and as segmenter a CLIPSeg. If only the image tower is another, give image embeddings made elsewhere, `--image-embeddings`. Merge an adapter into its model in PEFT.",
    ],
    "model-files-differ": [
      "The settings, the tokeniser, the weights and the graph are not of one model: sizes, numbers of blocks, names of arrays or token ids disagree; the message says which. Or a file is incomplete or quantised.",
      "Take all files from the model's own repository.",
    ],
    "tokenizer-unreadable": [
      "The tokeniser's files are incomplete, damaged, of another version or another kind, or only in sentencepiece's own format.",
      "Download them again from one repository, save them with `CLIPTokenizerFast.save_pretrained()`, or convert them with the line of Python in the message.",
    ],
    "tower-missing": [
      "The file holds only the other tower, names its inputs and outputs differently, or holds only a tower that the run does not use.",
      "Swap `--onnx-text` and `--onnx-vision`, export with Hugging Face's names, or leave `--weights` out.",
    ],
    "tower-not-loaded": [
      "`Clip.load()` was called with `towers` that do not include it, or `release()` was called before, perhaps in another cell.",
      "Add it, or load the model again.",
    ],
    "model-unfit": [
      "The experiment needs what this model's family does not have: a causal text tower, in which both sentences' runs are equal before the negator, or a score that is a multiple of the cosine.",
      "Use a model such as CLIP, or `trace`, `attend` or `knockout`, which do not need causal attention.",
    ],
    "weights-not-finite": [
      "Training or a conversion to half precision went beyond the largest number, the weights are damaged, or the file was never filled with the trained ones.",
      "Download the model again, or export it in full precision from a checkpoint that works.",
    ],
    "export-onnx-already": [
      "The folder, `--onnx`, `--onnx-text` or `--onnx-vision` gives the tower as an ONNX file, from which there is nothing to convert.",
      "Copy the file, or name weights with `--weights`. `--tower` exports the other tower alone.",
    ],
  },
} as const;

const GRAPHS = {
  title: "ONNX files",
  intro: "`deno task inspect --model FOLDER` shows which hook points of a model can be reached.",
  codes: {
    "onnx-damaged": [
      "A download was cut off, the file is no ONNX model, its weights are of another version, or a tool that edited it removed or repeated a part; the message says which.",
      "Download the model and its weights again, or export them again: `deno task download` checks sizes and checksums.",
    ],
    "onnx-unsupported": [
      "The graph has what no plain CLIP tower has, such as a loop, a cache as input, or sizes that could fill the memory; or its weights lie in a constant's own file, outside the model's folder, or in a part of more than 2 GB.",
      "Export the towers on their own, without generation or preprocessing in the graph, with their weights beside them.",
    ],
    "onnx-type-unknown": [
      "A value is not of float32 or an integer type, or the file does not state its type.",
      "Export with float32 inputs, activations and outputs (weights may be in half precision), or run `onnx.shape_inference.infer_shapes_path()` on the file.",
    ],
    "input-size-fixed": [
      "The graph was exported for a fixed number of rows or tokens.",
      "Export it with dynamic axes for batch and sequence.",
    ],
    "hook-unreachable": [
      "The graph does not hold the value or the weight by itself: the file is quantised, has attention fused into one node, or computes in another order. The message says which.",
      "Use the file that the message names, usually the unquantised `text_model.onnx` or `vision_model.onnx`.",
    ],
    "device-missing": [
      "This system's build of ONNX Runtime lacks the device of `--device`, or the machine lacks the card, its driver or a library, or the device computes with less than float32; the reason in the message is the runtime's own.",
      "Take a device that the message names, or install what is missing. CUDA computes with float32 if the variable `NVIDIA_TF32_OVERRIDE` is 0.",
    ],
    "session-refused": [
      "The runtime does not know an operator or its version, or rejects a part of the graph; the end of the message is the runtime's own.",
      "Export the model with an opset from 11 to 23.",
    ],
    "session-run-failed": [
      "Sizes in the graph do not match, or the memory ran out; the reason in the message is the runtime's own.",
      "Compare `max_position_embeddings` and `image_size` with the export. If the memory ran out, use fewer `--threads`.",
    ],
    "sweep-not-fast": [
      "The graph computes the rows of a sentence together, rounds differently row by row, or has no causal mask, so that the fast schedule cannot be used. `bench` and `inspect` print this; nothing failed.",
      "For speed, use a plain float32 export. Without a causal mask nothing can be shared.",
    ],
    "thread-stopped": [
      "A large sweep divides its pairs among threads, many images are decoded in one, and parts of an atlas or of the paper run in some if the model is small. Such a thread did not start, or it ended; the reason in the message is Deno's. The tasks have the permissions that they need, but a script of your own may not.",
      "Run with `--allow-read`, or load the model with `threads: 1`.",
    ],
  },
} as const;

const WEIGHTS = {
  title: "Weight files",
  intro:
    "The kit reads safetensors and the zip format of `torch.save`, whole or in shards. It runs nothing that a file contains.",
  codes: {
    "weights-format-unknown": [
      "The file is of another kind, which the message names: a Git LFS pointer or a web page, torch's format before version 1.6, a compressed archive, or numbers in a form such as eight-bit floats.",
      "Download the weights themselves, or save them again as float32, float16 or bfloat16, with the line of Python in the message if there is one; `zip -0 -r` packs without compression.",
    ],
    "weights-damaged": [
      "A download was cut off, the file was changed, its parts or its index contradict each other, or its description is far larger than that of any model.",
      "Download it again, all files of one version, from a source that you trust.",
    ],
    "weights-not-one-model": [
      "The file holds no tensor, or several models, such as a student and its teacher; or it is one of several files that hold a model together.",
      "Save the `state_dict()` of the one that you mean alone. Of a model in several files name the index, such as `model.safetensors.index.json`.",
    ],
  },
} as const;

export const MODEL_CODES = [FOLDERS, GRAPHS, WEIGHTS] as const;
