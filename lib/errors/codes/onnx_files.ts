/** Errors in ONNX files and in running them. */

export const ONNX_FILES = {
  title: "ONNX files",
  intro: "`deno task inspect --model FOLDER` shows which hook points of a model can be reached.",
  codes: {
    "onnx-file-missing": {
      cause: "The files have other names, or the folder has none.",
      fix:
        "Give the suffix, such as `--onnx _fp16`, or the files themselves. If there are none, export the model with optimum.",
    },
    "onnx-file-unreadable": {
      cause: "The model file, or a file beside it with its weights, cannot be read.",
      fix: "Correct the path, or the file's permissions.",
    },
    "onnx-file-changed": {
      cause: "The file was overwritten or removed while the task ran.",
      fix: "Start the same command again once the file is complete.",
    },
    "onnx-unreadable": {
      cause:
        "A download was cut off, or the file is no ONNX model; the message says so if it is a Git LFS pointer.",
      fix: "Download it again: `deno task download` checks sizes and checksums.",
    },
    "onnx-empty": {
      cause: "The file is empty, or its graph computes nothing.",
      fix: "Download or export it again.",
    },
    "onnx-value-unknown": {
      cause: "The graph is damaged, or a tool that edited it removed nodes.",
      fix: "Export it again.",
    },
    "onnx-too-large": {
      cause:
        "The file describes far more than any CLIP model has; reading it could fill the memory.",
      fix: "Export the towers on their own.",
    },
    "onnx-value-repeated": {
      cause: "Two nodes or weights have the same name, so that the graph is ambiguous.",
      fix: "Export it again.",
    },
    "onnx-weight-wrong": {
      cause: "The type, the dimensions and the stored data of the weight contradict each other.",
      fix: "Download the file again.",
    },
    "onnx-weight-damaged": {
      cause:
        "Training or a conversion to half precision went beyond the largest number, or the file was never filled with the trained weights. A scale that the kit's export wrote was changed by another program.",
      fix: "Download the model again, or export it in full precision from a checkpoint that works.",
    },
    "onnx-node-refused": {
      cause: "The node is a loop, which may never end, or asks for sizes that no CLIP model has.",
      fix: "Export the towers on their own, without generation or preprocessing in the graph.",
    },
    "onnx-weight-elsewhere": {
      cause: "A constant within a node refers to an external file.",
      fix: "Load the model and save it with `onnx.save_model(…, save_as_external_data=True)`.",
    },
    "onnx-data-outside": {
      cause:
        "The path of the file with the weights leads out of the model's folder, where the kit does not follow it.",
      fix: "Move that file beside the `.onnx` file, and save the model with its new name.",
    },
    "onnx-data-wrong": {
      cause: "The file with the weights is incomplete or belongs to another version of the model.",
      fix: "Download both files again.",
    },
    "onnx-part-too-large": {
      cause: "An ONNX file cannot be larger, and this part of the graph cannot be cut further.",
      fix: "Use a smaller model, or an export in half precision.",
    },
    "onnx-value-type": {
      cause:
        "A value that passes from one part of the graph to the next has a type that the kit does not handle.",
      fix: "Export the model with float32 activations.",
    },
    "onnx-type-unknown": {
      cause: "The file names the value but not its type.",
      fix: "Run `onnx.shape_inference.infer_shapes_path()` on the file.",
    },
    "onnx-cut-out-of-order": {
      cause: "The library was asked for cuts in another order than that of the graph.",
      fix: "List the targets in the order in which the graph computes them.",
    },
    "device-missing": {
      cause:
        "This system's build of ONNX Runtime lacks the device of `--device`, or the machine lacks the card, its driver or a library, or the device computes with less than float32; the reason in the message is the runtime's own.",
      fix:
        "Take a device that the message names, or install what is missing. CUDA computes with float32 if the variable `NVIDIA_TF32_OVERRIDE` is 0.",
    },
    "session-refused": {
      cause:
        "The runtime does not know an operator or its version, or rejects a part of the graph; the end of the message is the runtime's own.",
      fix: "Export the model with an opset from 11 to 23.",
    },
    "session-run-failed": {
      cause:
        "Sizes in the graph do not match, or the memory ran out; the reason in the message is the runtime's own.",
      fix:
        "Compare `max_position_embeddings` and `image_size` with the export. If the memory ran out, use fewer `--threads`.",
    },
  },
} as const;
