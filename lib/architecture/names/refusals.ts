/** Checkpoints that are refused for the names of their arrays: too many, an adapter's, or parts that CLIP and SigLIP do not have. */

import { NegscopeError, shown } from "../../errors.ts";

/** Bounds that no model reaches, so that a hostile file cannot take long. */
const MOST = { arrays: 100_000, characters: 1000 };

/** How many names are looked at to say what they are. */
const EXPLAINED = 1000;

/** What arrays are, by their names. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\.ls_[12](?:\.gamma)?$|\.layer_scale/, "LayerScale"],
  [/\.attn\.ln_[qk]\.|\.[qk]_norm\./, "normalised queries and keys (qk_norm)"],
  [/\.attn\.logit_scale$/, "scaled cosine attention (scaled_cosine_attn)"],
  [/\.attn\.head_scale$/, "scaled heads (scale_heads)"],
  [/\.attn\.ln_inner\./, "a layer norm within attention (scale_attn_inner)"],
  [/\.ln_attn\./, "a layer norm after attention (scale_attn)"],
  [/\.mlp\.ln\./, "a layer norm within the MLP (scale_fc)"],
  [/cls_emb$/, "a class token behind the sentence (CoCa's embed_cls)"],
  [/attn_pool/, "attentional pooling"],
  [/text_projection[._]bias$/, "a projection with a bias (proj_bias)"],
  [
    /\.(?:absmax|quant_map|quant_state|weight_scale|scales|qweight|qzeros|SCB)\b/,
    "quantised weights",
  ],
];

export function refuseExcess(names: readonly string[], source: string): void {
  const long = names.find((name) => name.length > MOST.characters);
  if (long === undefined && names.length <= MOST.arrays) return;
  throw new NegscopeError("model-unsupported", {
    problem: `Cannot find a CLIP or SigLIP model in "${source}"`,
    reason: long === undefined
      ? `it holds ${names.length} arrays`
      : `the name of an array, ${shown(long)}, has ${long.length} characters`,
    expected: `at most ${MOST.arrays} arrays, and ${MOST.characters} characters in a name`,
    fix: "use the checkpoint of a whole model",
  });
}

export function refuseAdapter(names: readonly string[], source: string): void {
  const parts = names.filter((name) => /(?:^|[._])lora_|\.base_layer\.|(?:^|\.)ia3_/.test(name));
  if (parts.length === 0) return;
  throw new NegscopeError("model-unsupported", {
    problem: `Cannot use "${source}"`,
    reason: `it holds an adapter (LoRA) that changes a model's weights: ${firstOf(parts)}`,
    fix: "merge the adapter into its model, in PEFT with merge_and_unload(), and save that model",
  });
}

export function notOfClip(names: readonly string[], source: string): NegscopeError {
  const kinds = new Set(
    names.slice(0, EXPLAINED).map((name) => PARTS.find(([part]) => part.test(name))?.[1]),
  );
  const known = [...kinds].filter((kind) => kind !== undefined);
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${source}"`,
    reason: `the towers of CLIP and SigLIP have no such arrays: ${firstOf(names)}${
      known.length === 0 ? "" : `; they are ${known.join(" and ")}`
    }`,
    fix:
      "use a model of one of these architectures; leaving the arrays out would change its numbers",
  });
}

/** Names of EVA-CLIP's image tower in its authors' code. */
const EVA = /(?:^|\.)visual\.(?:blocks\.|patch_embed\.|(?:cls_token|pos_embed)$)/;

/** Whose tower it is, by the first of its arrays, where the kit has no such architecture; for the middle of a sentence. */
export function foreignKind(array: string): string {
  return EVA.test(array) ? "EVA-CLIP's" : "of another architecture, or incomplete";
}

function firstOf(names: readonly string[]): string {
  const first = names.slice(0, 3).map((name) => shown(name)).join(", ");
  return names.length > 3 ? `${first} and ${names.length - 3} more` : first;
}
