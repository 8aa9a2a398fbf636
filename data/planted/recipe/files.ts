/** The files of the planted models: folders in Hugging Face's layout, and the rows and images that all of them share. */

import { type Circuit, LAYERS, textWeights } from "./circuit.ts";
import { EPSILON, WIDTH } from "./features.ts";
import { IMAGE, imageWeights, PROJECTION } from "./image.ts";
import { type BlockWeights, Matrix, MLP_WIDTH } from "./matrix.ts";
import { BIASED, MODELS, type PlantedModel } from "./models.ts";
import { plainPng } from "./png.ts";
import { type Channel, IMAGES, ROWS } from "./rows.ts";
import { safetensors, type StoredWeight } from "./safetensors.ts";
import { SPECIAL, tokenizerJson, VOCABULARY } from "./tokenizer.ts";

/** Positions of the text tower. */
const POSITIONS = 24;

/** All files by their path in `data/planted`. */
export function plantedFiles(): Map<string, string | Uint8Array<ArrayBuffer>> {
  const files = new Map<string, string | Uint8Array<ArrayBuffer>>();
  files.set("pairs.json", json(ROWS, 1));
  for (const { name, red, green } of IMAGES) {
    files.set(`images/${name}`, plainPng(IMAGE.size, [red, green, 128]));
  }
  for (const [name, model] of Object.entries<PlantedModel>({ ...MODELS, ...BIASED })) {
    for (const [file, content] of modelFiles(model)) files.set(`${name}/${file}`, content);
  }
  return files;
}

/** The files of a model by their name in its folder. */
export function modelFiles(
  { circuit, nodes, channel = "red" }: PlantedModel,
): Map<string, string | Uint8Array<ArrayBuffer>> {
  return new Map<string, string | Uint8Array<ArrayBuffer>>([
    ["config.json", json(config(circuit.heads), 2)],
    ["preprocessor_config.json", json(PREPROCESSING, 2)],
    ["tokenizer.json", json(tokenizerJson())],
    ["model.safetensors", safetensors(weightsOf(circuit, channel))],
    ["circuit.json", json({ planted: nodes })],
  ]);
}

/** The weights of a model under Hugging Face's names. */
function weightsOf(circuit: Circuit, channel: Channel): Map<string, StoredWeight> {
  const weights = new Map<string, StoredWeight>();
  const add = (name: string, { data }: Matrix, ...shape: readonly number[]) => {
    weights.set(name, { shape, data });
  };
  const addLinear = (name: string, weight: Matrix) => {
    add(`${name}.weight`, weight.transposed(), weight.columns, weight.rows);
  };
  const addNorm = (name: string, width: number) => {
    add(`${name}.weight`, new Matrix(1, width, 1), width);
    add(`${name}.bias`, new Matrix(1, width), width);
  };
  const addBlocks = (tower: string, blocks: readonly BlockWeights[], width: number) => {
    for (const [layer, block] of blocks.entries()) {
      const at = `${tower}.encoder.layers.${layer}`;
      for (const norm of ["layer_norm1", "layer_norm2"]) addNorm(`${at}.${norm}`, width);
      for (const [name, { weight, bias }] of Object.entries(block)) {
        const part = name.startsWith("fc") ? `${at}.mlp.${name}` : `${at}.self_attn.${name}`;
        addLinear(part, weight);
        add(`${part}.bias`, bias, bias.columns);
      }
    }
  };
  const text = textWeights(circuit, SPECIAL, { vocabulary: VOCABULARY, positions: POSITIONS });
  const textEmbeddings = "text_model.embeddings";
  add(`${textEmbeddings}.token_embedding.weight`, text.token_embedding, VOCABULARY, WIDTH);
  add(`${textEmbeddings}.position_embedding.weight`, text.position_embedding, POSITIONS, WIDTH);
  addBlocks("text_model", text.blocks, WIDTH);
  addNorm("text_model.final_layer_norm", WIDTH);
  addLinear("text_projection", text.projection);
  const image = imageWeights(channel);
  const { width, patch, patches } = IMAGE;
  const embeddings = "vision_model.embeddings";
  add(`${embeddings}.class_embedding`, image.class_embedding, width);
  add(`${embeddings}.patch_embedding.weight`, image.patch_embedding, width, 3, patch, patch);
  add(`${embeddings}.position_embedding.weight`, image.position_embedding, 1 + patches, width);
  addNorm("vision_model.pre_layrnorm", width);
  addBlocks("vision_model", image.blocks, width);
  addNorm("vision_model.post_layernorm", width);
  addLinear("visual_projection", image.projection);
  add("logit_scale", new Matrix(1, 1, Math.log(100)));
  return weights;
}

const PREPROCESSING = {
  crop_size: { height: IMAGE.size, width: IMAGE.size },
  do_center_crop: true,
  do_convert_rgb: true,
  do_normalize: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_processor_type: "CLIPImageProcessor",
  image_std: [0.5, 0.5, 0.5],
  resample: 3,
  rescale_factor: 1 / 255,
  size: { shortest_edge: IMAGE.size },
};

function config(heads: number) {
  const both = {
    ...{ hidden_act: "quick_gelu", layer_norm_eps: EPSILON, intermediate_size: MLP_WIDTH },
    projection_dim: PROJECTION,
  };
  const { start, end } = SPECIAL;
  return {
    architectures: ["CLIPModel"],
    dtype: "float32",
    model_type: "clip",
    projection_dim: PROJECTION,
    text_config: {
      ...both,
      ...{ hidden_size: WIDTH, num_hidden_layers: LAYERS, num_attention_heads: heads },
      ...{ max_position_embeddings: POSITIONS, vocab_size: VOCABULARY },
      ...{ bos_token_id: start, eos_token_id: end, pad_token_id: end },
    },
    vision_config: {
      ...both,
      ...{ hidden_size: IMAGE.width, num_hidden_layers: 1, num_attention_heads: 1 },
      ...{ image_size: IMAGE.size, patch_size: IMAGE.patch },
    },
  };
}

function json(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, undefined, indent)}\n`;
}
