/** Google's SigLIP and, with a tokeniser and weights of its own, SigLIP 2 at a fixed resolution. */

import { writeSiglipImage } from "../architecture/image_towers.ts";
import { writeSiglipText } from "../architecture/text_towers.ts";
import type { ModelFamily, TokenizerSettings } from "./families.ts";
import type { ModelJson } from "./model_json.ts";
import { cosine, similarity } from "./similarity.ts";
import type { SentenceTokenizer } from "./text/tokenizers/sentence_tokenizer.ts";
import { loadSiglipTokenizer } from "./text/tokenizers/siglip/load_siglip.ts";

const WIDTH = 768;
/** Defaults of SiglipTextConfig() and SiglipVisionConfig(). */
const BLOCKS = {
  hidden_size: WIDTH,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  hidden_act: "gelu_pytorch_tanh",
  layer_norm_eps: 1e-6,
} as const;

/**
 * SigLIP in Hugging Face's layout (`SiglipModel`): every position of a sentence attends to every other, sentences are padded to the
 * largest number of positions, the last position becomes the embedding, and an image is pooled by attention. SigLIP 2's models of
 * one resolution differ only in their tokeniser and weights.
 *
 * @example The cosine as the score, in place of the logit
 * ```ts
 * import { CLIP, type ModelFamily, SIGLIP } from "negscope/model";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const COSINE: ModelFamily = {
 *   ...SIGLIP,
 *   similarity: {
 *     score: (text, image) => CLIP.similarity.score(text, image) / 100,
 *     formula: "cosine",
 *   },
 * }; // Clip.load("model", { family: COSINE })
 * assertAlmostEquals(COSINE.similarity.score([0.6, 0.8], [1, 0]), 0.6);
 * ```
 */
export const SIGLIP: ModelFamily = {
  name: "SigLIP",
  matches: ({ model_type }) => model_type === "siglip",
  projection: projectionSize,
  defaults: {
    text: { // SiglipTextConfig(), whose end token means nothing
      ...BLOCKS,
      vocab_size: 32000,
      max_position_embeddings: 64,
    },
    vision: { // SiglipVisionConfig()
      ...BLOCKS,
      image_size: 224,
      patch_size: 16,
      num_channels: 3,
    },
    preprocessing: { // SiglipImageProcessor(), which resizes both edges
      size: { height: 224, width: 224 },
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    },
  },
  ends: {
    text: {
      input: "input_ids",
      output: "pooler_output",
      prefix: "",
      outputOfBoth: "text_embeds",
    },
    image: {
      input: "pixel_values",
      output: "pooler_output",
      prefix: "vision.",
      outputOfBoth: "image_embeds",
    },
  },
  parts: {
    text: { classToken: false, pooling: "linear" },
    image: { classToken: false, pooling: "attention" },
  },
  causal: false,
  pooled: (ids) => ids.length - 1,
  positions: { fewest: 1, padded: true, classTokens: 0 },
  tokenizer: loadSiglipTokenizer,
  similarity: { score: similarity, formula: "100 x cosine (the files hold no scale)" },
  write: {
    text: writeSiglipText,
    image: writeSiglipImage,
    tokenizer: tokenizerSettings,
    imageProcessor: "SiglipImageProcessor",
  },
  scaled: ({ scale, bias }) => ({
    score: (text, image) => scale * cosine(text, image) + bias,
    formula: `${scale.toPrecision(5)} x cosine ${bias < 0 ? "-" : "+"} ${
      Math.abs(bias).toPrecision(5)
    }`,
  }),
};

/** The text tower's projection has the width of the image tower, whose pooling keeps it. */
function projectionSize(config: ModelJson): number {
  const vision = config.object("vision_config");
  const text = config.object("text_config");
  const width = vision?.count("hidden_size", WIDTH) ?? WIDTH;
  if (vision?.flag("vision_use_head", true) === false) {
    throw vision.wrong("vision_use_head", "true: without it the image tower has no embedding");
  }
  const size = text?.count("projection_size", text.count("hidden_size", WIDTH)) ?? WIDTH;
  if (size !== width && text !== undefined) {
    throw text.wrong("projection_size", `${width}, the hidden_size of vision_config`, size);
  }
  return width;
}

/** SigLIP's sentences are filled up with the end token, SigLIP 2's with a token of its own. */
function tokenizerSettings(tokenizer: SentenceTokenizer): TokenizerSettings {
  const end = tokenizer.encode("").at(-1)!;
  const [eos_token, pad_token] = tokenizer.tokens([end, tokenizer.padId ?? end]);
  return {
    tokenizer_class: eos_token === pad_token ? "SiglipTokenizer" : "Siglip2Tokenizer",
    eos_token: eos_token!,
    pad_token: pad_token!,
    unk_token: "<unk>",
  };
}
