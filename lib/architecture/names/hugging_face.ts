/** Names of `CLIPModel`, `SiglipModel` and their single towers in Hugging Face's transformers: the canonical ones. */

import type { NameRules } from "./named_arrays.ts";

const BLOCK = String.raw`encoder\.layers\.\d{1,4}\.(?:` +
  String.raw`(?:layer_norm[12]|self_attn\.(?:q|k|v|out)_proj|mlp\.fc[12])\.(?:weight|bias))`;

const TEXT = new RegExp(
  String.raw`^text_model\.(?:embeddings\.(?:token|position)_embedding\.weight|${BLOCK}` +
    String
      .raw`|final_layer_norm\.(?:weight|bias)|head\.(?:weight|bias))$|^text_projection\.weight$`,
);

const IMAGE = new RegExp(
  String.raw`^vision_model\.(?:embeddings\.(?:class_embedding|position_embedding\.weight` +
    String.raw`|patch_embedding\.(?:weight|bias))|${BLOCK}` +
    String.raw`|(?:pre_layrnorm|post_layernorm)\.(?:weight|bias)` + // "layrnorm" is how CLIPModel spells it
    String.raw`|head\.(?:probe|(?:layernorm|attention\.out_proj|mlp\.fc[12])\.(?:weight|bias)))$` +
    String.raw`|^visual_projection\.weight$`,
);

const POOLING = /^vision_model\.head\.attention\.in_proj_(weight|bias)$/; // of torch's MultiheadAttention, in SigLIP

const POOLED = /^vision_model\.head\.attention\.[qkv]_proj\.(weight|bias)$/;

/** The rules of Hugging Face's names. */
export const HUGGING_FACE: NameRules = {
  naming: "Hugging Face",
  anchors: {
    text: "text_model.embeddings.token_embedding.weight",
    image: "vision_model.embeddings.patch_embedding.weight",
  },
  towerOf: (name) => {
    if (/^text_(?:model|projection)(?![a-z])/.test(name)) return "text";
    return /^(?:vision_model|visual_projection)(?![a-z])/.test(name) ? "image" : undefined;
  },
  buffer: /\.position_ids$/,
  placeOf: (name) => {
    if (TEXT.test(name) || IMAGE.test(name)) return { kind: "same", name };
    const [, part] = POOLING.exec(name) ?? [];
    if (part === undefined) return undefined;
    const to = (of: string) => `vision_model.head.attention.${of}_proj.${part}`;
    return { kind: "fused", names: [to("q"), to("k"), to("v")] };
  },
  storedAs: (canonical) => {
    const [, part] = POOLED.exec(canonical) ?? [];
    return part === undefined
      ? { kind: "same", name: canonical }
      : { kind: "fused", name: `vision_model.head.attention.in_proj_${part}` };
  },
};
