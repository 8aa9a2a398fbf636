/** The properties in which families of models differ: a family is one value, and the rest of the kit reads it. */

import { NegscopeError, shown } from "../errors/errors.ts";
import {
  writeClipImage,
  writeClipText,
  writeSiglipImage,
  writeSiglipText,
  type WrittenTower,
} from "../architecture/towers.ts";
import type { ModelJson } from "./model_json.ts";
import type { SentenceTokenizer } from "./text/sentence_tokenizer.ts";
import { loadTokenizer } from "./text/clip_tokenizer.ts";
import { loadSiglipTokenizer } from "./text/siglip_tokenizer.ts";
import type { FileAt } from "../reading/files.ts";
import type { TextConfig, TowerArrays, VisionConfig } from "../architecture/tower_writer.ts";
import type { GraphEnds, LogitScale } from "../engine/graph/find_tower.ts";
import { CLIP_PARTS, type OuterParts } from "../engine/weights/weight_layout.ts";
import type { PreprocessDefaults } from "./image/preprocess.ts";

/** The logit S of a sentence and an image: 100 x the cosine of their embeddings, [projection] (Quantmeyer et al. 2024, section 3). */
export function similarity(text: ArrayLike<number>, image: ArrayLike<number>): number {
  const { dot, length } = product(text, image);
  return 100 * dot / length;
}

/** The cosine of two embeddings, [projection], of any length but 0; computed in double precision. */
export function cosine(text: ArrayLike<number>, image: ArrayLike<number>): number {
  const { dot, length } = product(text, image);
  return dot / length;
}

/** The inner product of two embeddings, and the product of their lengths. */
function product(text: ArrayLike<number>, image: ArrayLike<number>) {
  if (text.length !== image.length) {
    throw new NegscopeError("sizes-differ", {
      problem:
        `Cannot compare a text embedding of ${text.length} values with an image embedding of ${image.length}`,
      subject: text.length,
      expected: "both from one model",
    });
  }
  let dot = 0;
  let textSquare = 0;
  let imageSquare = 0;
  for (let i = 0; i < text.length; i++) {
    const a = text[i]!;
    const b = image[i]!;
    dot += a * b;
    textSquare += a * a;
    imageSquare += b * b;
  }
  return { dot, length: Math.sqrt(textSquare * imageSquare) };
}

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
    text: { ...BLOCKS, vocab_size: 32000, max_position_embeddings: 64 }, // SiglipTextConfig(), whose end token means nothing
    vision: { ...BLOCKS, image_size: 224, patch_size: 16, num_channels: 3 }, // SiglipVisionConfig()
    preprocessing: { // SiglipImageProcessor(), which resizes both edges
      size: { height: 224, width: 224 },
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    },
  },
  ends: {
    text: { input: "input_ids", output: "pooler_output", prefix: "", outputOfBoth: "text_embeds" },
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

/** Defaults for settings that a config.json leaves out, as in Hugging Face's configuration class. */
export interface TowerDefaults {
  /** Size of a residual-stream vector. */
  readonly hidden_size: number;
  /** Size of the MLP's hidden layer. */
  readonly intermediate_size: number;
  /** Number of blocks. */
  readonly num_hidden_layers: number;
  /** Attention heads of a block. */
  readonly num_attention_heads: number;
  /** The MLP's activation. */
  readonly hidden_act: string;
  /** Added to the variance in every layer norm. */
  readonly layer_norm_eps: number;
}

/** Defaults of a text tower. */
export interface TextDefaults extends TowerDefaults {
  /** Number of token embeddings. */
  readonly vocab_size: number;
  /** Number of position embeddings. */
  readonly max_position_embeddings: number;
  /** The end token; absent if the family's models do not look for it, so that the setting means nothing. */
  readonly eos_token_id?: number;
}

/** Defaults of an image tower. */
export interface VisionDefaults extends TowerDefaults {
  /** Height and width of an image, pixels. */
  readonly image_size: number;
  /** Height and width of a patch, pixels. */
  readonly patch_size: number;
  /** Colour channels. */
  readonly num_channels: number;
}

/** How many positions sentences and images take up. */
export interface FamilyPositions {
  /** The smallest number of position embeddings that a text tower can have. */
  readonly fewest: number;
  /**
   * Whether every sentence is padded to the largest number of positions, with the tokeniser's padding or else its last token. If not,
   * each runs at its own length.
   */
  readonly padded: boolean;
  /** Positions of an image besides its patches. */
  readonly classTokens: number;
}

/** How two embeddings become a score. */
export interface Similarity {
  /**
   * The score S of a sentence and an image.
   *
   * @param text A text embedding, [projection].
   * @param image An image embedding, [projection].
   * @throws {NegscopeError} If the embeddings differ in size.
   */
  readonly score: (text: ArrayLike<number>, image: ArrayLike<number>) => number;
  /** S in words: "100 x cosine". */
  readonly formula: string;
}

/**
 * A family of models with a text and an image tower.
 *
 * A new family is a new value of this type in {@linkcode FAMILIES}; nothing else in the kit asks what kind of model it has.
 *
 * Outside the kit a family is made of {@linkcode CLIP} or {@linkcode SIGLIP} with some properties changed. It cannot be written from
 * nothing, since `write` builds graphs of parts that are not public.
 */
export interface ModelFamily {
  /** The name, as shown in messages and printed models. */
  readonly name: string;
  /** Whether a config.json, given as its keys and values, describes a model of this family. */
  readonly matches: (config: Readonly<Record<string, unknown>>) => boolean;
  /**
   * The size of an embedding, as a config.json states it.
   *
   * @throws {NegscopeError} If the setting has a value that no model can have.
   */
  readonly projection: (config: ModelJson) => number;
  /** Values of settings that a config.json may leave out. */
  readonly defaults: {
    /** The text tower. */
    readonly text: TextDefaults;
    /** The image tower. */
    readonly vision: VisionDefaults;
    /** The image processor. */
    readonly preprocessing: PreprocessDefaults;
  };
  /** The names of each tower's graph input and output, and the prefix of its hook points' names. */
  readonly ends: Readonly<Record<"text" | "image", GraphEnds>>;
  /** The parts of each tower outside its blocks. */
  readonly parts: Readonly<Record<"text" | "image", OuterParts>>;
  /** Whether a position of the text tower attends only to itself and earlier positions. */
  readonly causal: boolean;
  /**
   * The position whose residual stream becomes the embedding.
   *
   * @param ids The token ids of a sentence, as fed to the text tower.
   */
  readonly pooled: (ids: readonly number[]) => number;
  /** How many positions sentences and images take up. */
  readonly positions: FamilyPositions;
  /** Reads the tokeniser of a model folder. */
  readonly tokenizer: (place: FileAt, config: TextConfig) => Promise<SentenceTokenizer>;
  /** How a text embedding and an image embedding become a score; for a family with `scaled`, if the model's own scale is not known. */
  readonly similarity: Similarity;
  /**
   * Writes the graphs of towers for which there are weights.
   *
   * @internal
   */
  readonly write: {
    /** The text tower of these sizes. */
    readonly text: (arrays: TowerArrays, config: TextConfig) => WrittenTower;
    /** The image tower of these sizes. */
    readonly image: (arrays: TowerArrays, config: VisionConfig) => WrittenTower;
  };
  /** How they do in a model with its own scale. @default {every model of the family scores alike} */
  readonly scaled?: (scale: LogitScale) => Similarity;
}

/** OpenAI's CLIP and models of the same architecture, in Hugging Face's layout (`CLIPModel`). */
export const CLIP: ModelFamily = {
  name: "CLIP",
  matches: ({ model_type }) => model_type === "clip",
  projection: (config) => config.count("projection_dim", 512),
  defaults: {
    text: { // CLIPTextConfig()
      hidden_size: 512,
      intermediate_size: 2048,
      num_hidden_layers: 12,
      num_attention_heads: 8,
      hidden_act: "quick_gelu",
      layer_norm_eps: 1e-5,
      vocab_size: 49408,
      max_position_embeddings: 77,
      eos_token_id: 49407,
    },
    vision: { // CLIPVisionConfig()
      hidden_size: 768,
      intermediate_size: 3072,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      hidden_act: "quick_gelu",
      layer_norm_eps: 1e-5,
      image_size: 224,
      patch_size: 32,
      num_channels: 3,
    },
    preprocessing: { // CLIPImageProcessor()
      crop: { height: 224, width: 224 },
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
    },
  },
  ends: {
    text: { input: "input_ids", output: "text_embeds", prefix: "" },
    image: { input: "pixel_values", output: "image_embeds", prefix: "vision." },
  },
  parts: CLIP_PARTS,
  causal: true,
  pooled: (ids) => ids.indexOf(ids.at(-1)!), // the first end token: every encoded sentence ends in one
  positions: { fewest: 2, padded: false, classTokens: 1 }, // start and end token
  tokenizer: loadTokenizer,
  similarity: { score: similarity, formula: "100 x cosine" },
  write: {
    text: writeClipText,
    image: writeClipImage,
  },
};

const FAMILIES: readonly ModelFamily[] = [CLIP, SIGLIP];

export function familyOf(settings: ModelJson): ModelFamily {
  const family = isEva(settings)
    ? undefined
    : FAMILIES.find(({ matches }) => matches(settings.entries()));
  if (family !== undefined) return family;
  throw refusedFamily(settings);
}

/** Whether a config.json is of EVA-CLIP, whose own code calls its settings those of a CLIP. */
function isEva(settings: ModelJson): boolean {
  const named = [settings.get("architectures"), settings.get("auto_map")];
  return /eva_?clip/i.test(JSON.stringify(named));
}

function refusedFamily(settings: ModelJson): NegscopeError {
  const type = settings.get("model_type");
  const [, tower] = /_(text|vision)_model$/.exec(String(type)) ?? [];
  const isFlexible = /^siglip2($|_)/.test(String(type)); // NaFlex; SigLIP 2's other models are of type "siglip"
  const alone = tower === undefined
    ? ""
    : `, a single ${tower === "text" ? "text" : "image"} tower`;
  const timm = type === undefined ? settings.get("architecture") : undefined; // that of a whole CLIP lies beside open_clip_config.json
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${settings.file}"`,
    reason: isEva(settings)
      ? "the folder holds EVA-CLIP"
      : typeof timm === "string"
      ? `it describes ${shown(timm)}, an image model of timm without a text tower`
      : `"model_type" must be "clip" or "siglip", but it is ${shown(type)}${alone}`,
    fix: isFlexible
      ? "use a SigLIP 2 model of one resolution, such as siglip2-base-patch16-224, not of any number of patches (NaFlex)"
      : "use a CLIP or SigLIP model with both towers' settings, such as openai/clip-vit-base-patch32, which the download task fetches; docs/models.md lists what can be read",
  });
}
