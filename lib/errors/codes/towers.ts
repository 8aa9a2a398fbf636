/** Errors in graphs that do not match the towers of config.json. */

export const TOWERS = {
  title: "Towers",
  intro: "",
  codes: {
    "activation-unknown": {
      cause: "The settings name an activation of the MLPs that the kit does not build.",
      fix:
        "Check `hidden_act` in the settings. If the model really has this activation, export it to ONNX: the kit runs any operator.",
    },
    "weights-left-over": {
      cause:
        "The file of weights holds arrays for which the settings have no part, such as more blocks.",
      fix: "Take the weights and the settings from one repository.",
    },
    "tower-blocks-differ": {
      cause:
        "The graph belongs to another model, or its attention has a form that is not recognised.",
      fix:
        "Take the graph and `config.json` from one repository, or export the model again with a plain exporter.",
    },
    "hook-unreachable": {
      cause:
        "The graph holds no such value: the file is quantised, has attention fused into one node, or computes in another order. The message says which.",
      fix:
        "Use the file that the message names, usually the unquantised `text_model.onnx` or `vision_model.onnx`.",
    },
    "weight-unreachable": {
      cause:
        "The graph does not store the weight separately: the file is quantised, or an optimiser has merged the weight with another; the message says which.",
      fix:
        "Use the file that the message names, usually the unquantised `text_model.onnx` or `vision_model.onnx`.",
    },
    "tower-missing": {
      cause: "The file holds the other tower, or names its inputs and outputs differently.",
      fix: "Swap `--onnx-text` and `--onnx-vision`, or export with Hugging Face's names.",
    },
    "tower-input-unknown": {
      cause: "The export has a further input, such as a cache.",
      fix: "Export the towers on their own.",
    },
    "tower-input-fixed": {
      cause: "The graph was exported for one number of rows or tokens that cannot be run here.",
      fix: "Export it with dynamic axes for batch and sequence.",
    },
    "tower-output-type": {
      cause: "The tower's embedding has another type, or the file does not state its type.",
      fix: "Export with float32 inputs and outputs; the weights may be in half precision.",
    },
    "sentence-too-long": {
      cause: "The graph was exported for sentences of a fixed length.",
      fix: "Export it with a dynamic sequence axis.",
    },
    "sentence-too-short": {
      cause:
        "The graph was exported for sentences of one length, and each of its positions attends to all others, so that a shorter sentence cannot be padded.",
      fix: "Export with a dynamic sequence axis.",
    },
    "hook-size-differs": {
      cause: "The widths or the number of heads in `config.json` do not match the graph.",
      fix: "Take both files from one repository.",
    },
    "embedding-wrong": {
      cause:
        "The numbers in the graph became infinite or vanished, since its weights are damaged, were never filled in, or were converted to half precision beyond their range.",
      fix: "Download the model again, or export it in full precision from a checkpoint that works.",
    },
    "embedding-size-differs": {
      cause: "`projection_dim` does not match the graph, or the graph ends before the projection.",
      fix: "Take both files from one repository, and export the model with its projection.",
    },
  },
} as const;
