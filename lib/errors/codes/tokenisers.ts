/** Errors in a model's tokeniser. */

export const TOKENISERS = {
  title: "Tokenisers",
  intro: "",
  codes: {
    "tokenizer-unreadable": {
      cause: "`tokenizer.json` is incomplete or of another version.",
      fix: "Save it with `CLIPTokenizerFast.save_pretrained()`, or download it again.",
    },
    "tokenizer-not-clip": {
      cause: "The tokeniser belongs to another model.",
      fix: "Use `tokenizer.json` from the model's own repository.",
    },
    "sentence-not-encoded": {
      cause: "The tokeniser fails on this sentence, or returns something that is not an id.",
      fix: "Use `tokenizer.json` from the model's own repository.",
    },
    "token-beyond-vocabulary": {
      cause: "The model has no embedding for that token: the files come from two models.",
      fix: "Take both files from one repository.",
    },
    "end-token-differs": {
      cause:
        "The sentence's embedding would be read at another token than the one the model was trained with.",
      fix: "Take both files from one repository.",
    },
    "token-unknown": {
      cause: "The library was given token ids from another tokeniser.",
      fix: "Make the ids with `clip.text.encode()` of the same model.",
    },
  },
} as const;
