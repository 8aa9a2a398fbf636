/** Names of OpenAI's CLIP and of open_clip, which differ from each other only in the prefix `text.` of newer open_clip models. */

import type { NameRules, Place } from "./named_arrays.ts";

/** What a part of a block is called in Hugging Face's names. */
const IN_BLOCK: Readonly<Record<string, string>> = {
  ln_1: "layer_norm1",
  ln_2: "layer_norm2",
  "attn.out_proj": "self_attn.out_proj",
  "mlp.c_fc": "mlp.fc1",
  "mlp.c_proj": "mlp.fc2",
};

/** Arrays outside the blocks, with the same shape in Hugging Face's models. */
const OUTSIDE: Readonly<Record<string, string>> = {
  "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
  "positional_embedding": "text_model.embeddings.position_embedding.weight",
  "positional_embedding_res": "text_model.embeddings.position_embedding_res.weight", // Long-CLIP's second table
  "ln_final.weight": "text_model.final_layer_norm.weight",
  "ln_final.bias": "text_model.final_layer_norm.bias",
  "text_projection.weight": "text_projection.weight", // an nn.Linear, [projection, width]
  "visual.class_embedding": "vision_model.embeddings.class_embedding",
  "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
  "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
  "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
  "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
  "visual.ln_post.weight": "vision_model.post_layernorm.weight",
  "visual.ln_post.bias": "vision_model.post_layernorm.bias",
  logit_scale: "logit_scale",
  logit_bias: "logit_bias",
};

/** Projections as [width, projection], to be multiplied from the left. */
const TRANSPOSED: Readonly<Record<string, string>> = {
  text_projection: "text_projection.weight",
  "visual.proj": "visual_projection.weight",
};

/** The tables the other way round. */
const BACK = {
  IN_BLOCK: reversed(IN_BLOCK),
  OUTSIDE: reversed(OUTSIDE),
  TRANSPOSED: reversed(TRANSPOSED),
};

/** How names of the text tower begin; what follows may be of a variant, as in `positional_embedding_res` or `transformer_neg.…`. */
const TEXT_PARTS =
  /^(?:token_embedding|positional_embedding|transformer|ln_final|text_projection|cls_emb)(?![a-z])/;

const CANONICAL_BLOCK = /^(text|vision)_model\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias)$/;

const BLOCK = /^(visual\.)?transformer\.resblocks\.(\d{1,4})\.(.+)$/;

/** The rules of OpenAI's names. */
export const OPENAI: NameRules = {
  naming: "OpenAI",
  anchors: { text: "token_embedding.weight", image: "visual.class_embedding" },
  towerOf: (name) => {
    if (/^visual(?![a-z])/.test(name)) return "image";
    return TEXT_PARTS.test(name) ? "text" : undefined;
  },
  buffer: /^(?:transformer\.resblocks\.\d{1,4}\.)?attn_mask$/, // in each block only where TorchScript lists them
  placeOf: (name) => {
    const [, visual, block, part] = BLOCK.exec(name) ?? [];
    if (block === undefined) return outside(name);
    const before = `${visual ? "vision" : "text"}_model.encoder.layers.${Number(block)}.`;
    const [, ending] = /^attn\.in_proj_(weight|bias)$/.exec(part!) ?? [];
    if (ending !== undefined) {
      const to = (of: string) => `${before}self_attn.${of}_proj.${ending}`;
      return { kind: "fused", names: [to("q"), to("k"), to("v")] };
    }
    const [, layer, of] = /^(.+)\.(weight|bias)$/.exec(part!) ?? [];
    const to = entryOf(IN_BLOCK, layer);
    return to === undefined ? undefined : { kind: "same", name: `${before}${to}.${of}` };
  },
  storedAs: (canonical) => {
    const [, tower, block, part, of] = CANONICAL_BLOCK.exec(canonical) ?? [];
    if (part === undefined) {
      const turned = entryOf(BACK.TRANSPOSED, canonical);
      if (turned !== undefined) return { kind: "transposed", name: turned };
      return { kind: "same", name: entryOf(BACK.OUTSIDE, canonical) ?? canonical };
    }
    const before = `${tower === "text" ? "" : "visual."}transformer.resblocks.${block}.`;
    return /^self_attn\.[qkv]_proj$/.test(part)
      ? { kind: "fused", name: `${before}attn.in_proj_${of}` }
      : { kind: "same", name: `${before}${entryOf(BACK.IN_BLOCK, part) ?? part}.${of}` };
  },
};

function reversed(table: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(table).map(([from, to]) => [to, from]));
}

function outside(name: string): Place | undefined {
  const same = entryOf(OUTSIDE, name);
  if (same !== undefined) return { kind: "same", name: same };
  const turned = entryOf(TRANSPOSED, name);
  return turned === undefined ? undefined : { kind: "transposed", name: turned };
}

function entryOf(table: Readonly<Record<string, string>>, name = ""): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
