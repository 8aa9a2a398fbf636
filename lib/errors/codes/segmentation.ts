/** Errors of the task `segment`. */

export const SEGMENTATION = {
  title: "Segmentation",
  intro: "",
  codes: {
    "segmenter-graph-missing": {
      cause:
        "The folder of `--segmenter` has no `onnx/model.onnx`, or none with the suffix of `--onnx`.",
      fix: "Run `deno task download clipseg`, with the same `--onnx` if the suffix is wanted.",
    },
    "segmenter-not-clipseg": {
      cause: "The folder holds another kind of model, such as a CLIP.",
      fix:
        "Give `--segmenter` a CLIPSeg in ONNX's layout, such as `deno task download clipseg` fetches.",
    },
    "segmenter-graph-unfit": {
      cause:
        "The graph is a part of CLIPSeg, or takes another image as its prompt instead of a phrase.",
      fix: "Take the export of the whole `CLIPSegForImageSegmentation`.",
    },
    "segmenter-not-finite": {
      cause: "The weights are damaged, or of a precision that overflows.",
      fix: "Download the segmenter again, or take its weights of full precision.",
    },
    "segment-no-subject": {
      cause:
        "The size of a subject can be measured only where it is present, in foil-negated rows whose caption names it.",
      fix: "Use data with foil-negated rows, or a larger `--limit`.",
    },
  },
} as const;
