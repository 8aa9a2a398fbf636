/** Errors in a model's tokeniser. */

export const TOKENISERS = {
  title: "Tokenisers",
  intro: "",
  codes: {
    "tokenizer-missing": {
      cause:
        "The folder holds no tokeniser in a form that can be read. Repositories of open_clip often have none, since its code carries the vocabulary.",
      fix:
        "Download the tokeniser's file from the model's repository. Most CLIP models have OpenAI's vocabulary; the message shows how to get it.",
    },
    "tokenizer-half": {
      cause:
        "Hugging Face's older tokenisers are two files, `vocab.json` and `merges.txt`. One of them is missing, or `--tokenizer` names one of them.",
      fix:
        "Put both into one folder, and name the folder; or use `tokenizer.json`, which holds both.",
    },
    "vocabulary-unreadable": {
      cause:
        "`merges.txt`, `vocab.json` or `bpe_simple_vocab_16e6.txt.gz` is incomplete or damaged, or is another file of that name.",
      fix: "Download it again. `vocab.json` and `merges.txt` must come from one repository.",
    },
    "vocabulary-size-differs": {
      cause: "The model was trained with another vocabulary than OpenAI's.",
      fix: "Use the tokeniser from the model's own repository.",
    },
    "tokenizer-unreadable": {
      cause: "`tokenizer.json` is incomplete or of another version.",
      fix: "Save it with `CLIPTokenizerFast.save_pretrained()`, or download it again.",
    },
    "tokenizer-not-clip": {
      cause: "The tokeniser belongs to another model.",
      fix: "Use `tokenizer.json` from the model's own repository.",
    },
    "tokenizer-not-siglip": {
      cause:
        "The tokeniser belongs to another model, or was converted in a way that is not known to give SigLIP's ids.",
      fix: "Use `tokenizer.json` from the model's own repository.",
    },
    "tokenizer-not-converted": {
      cause:
        "The repository has SigLIP's vocabulary only as `spiece.model`, in sentencepiece's own format.",
      fix:
        "Write `tokenizer.json` beside it with the line of Python in the message, which needs transformers 5, sentencepiece and protobuf, or download that file.",
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
