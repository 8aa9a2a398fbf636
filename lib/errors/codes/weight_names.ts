/** Errors in the names and shapes of a checkpoint's arrays. */

export const WEIGHT_NAMES = {
  title: "Arrays of a checkpoint",
  intro:
    "A checkpoint's arrays are known by the names of Hugging Face's `CLIPModel` and `SiglipModel`, or by those of OpenAI and open_clip.",
  codes: {
    "weights-not-clip": {
      cause:
        "No array has a name of CLIP's or SigLIP's towers: the file holds another kind of model, a tower without its embeddings, or only an optimizer's state; or it holds more arrays than any model has.",
      fix: "Use the checkpoint of a whole model, in Hugging Face's or OpenAI's names.",
    },
    "weights-several-models": {
      cause:
        "The file holds more than one model, such as a student and its teacher, or weights and their moving average.",
      fix: "In Python, save the state dict of the one that you want to a file of its own.",
    },
    "weights-adapter": {
      cause: "The file holds an adapter (LoRA, PEFT), which means something only with its model.",
      fix: "Load both in PEFT, call `merge_and_unload()`, and save the model that it returns.",
    },
    "weights-unsupported": {
      cause:
        "A tower has arrays that CLIP's and SigLIP's do not have, such as LayerScale or attentional pooling; the message names them.",
      fix:
        "Use a model of one of these architectures; leaving the arrays out would change its numbers.",
    },
    "weight-missing": {
      cause:
        "The checkpoint is incomplete, holds only one tower, or the settings call for more blocks than it has.",
      fix: "Use a complete checkpoint, and the settings that belong to it.",
    },
    "weight-shape-wrong": {
      cause:
        "The settings beside the weights belong to another model, or the weights are quantised; the message says which setting disagrees.",
      fix:
        "Use the settings from the repository of the weights, and weights that are not quantised.",
    },
  },
} as const;
