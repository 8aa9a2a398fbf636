/** Arrays by canonical names, the two conventions of naming them, and an array that an architecture needs, checked. In the tables `#` stands for the number of a block, `*` for `weight` or `bias`. */

import type { NumberType, StoredArray } from "../../checkpoint/stored_array.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { nearestText } from "../../errors/kinds.ts";

type Table = readonly (readonly [stored: string, place: Place])[];

const same = (stored: string, name = stored) => [stored, { kind: "same", name }] as const;

const transposed = (stored: string, name: string) =>
  [stored, { kind: "transposed", name }] as const;

/** Query, key and value in one array, as torch's MultiheadAttention has them. */
function fused(stored: string, attention: string) {
  const to = (part: string) => `${attention}.${part}_proj.*`;
  return [stored, { kind: "fused", names: [to("q"), to("k"), to("v")] }] as const;
}

/** What parts of a block are called by OpenAI, and canonically. */
const IN_BLOCK: Readonly<Record<string, string>> = {
  ln_1: "layer_norm1",
  ln_2: "layer_norm2",
  "attn.out_proj": "self_attn.out_proj",
  "mlp.c_fc": "mlp.fc1",
  "mlp.c_proj": "mlp.fc2",
};

const CANONICAL: Table = [
  ...["text_model", "vision_model"].flatMap((tower) =>
    [...Object.values(IN_BLOCK), ...["q", "k", "v"].map((part) => `self_attn.${part}_proj`)]
      .map((part) => same(`${tower}.encoder.layers.#.${part}.*`))
  ),
  same("text_model.embeddings.token_embedding.weight"),
  same("text_model.embeddings.position_embedding.weight"),
  same("text_model.final_layer_norm.*"),
  same("text_model.head.*"),
  same("text_projection.weight"),
  same("vision_model.embeddings.class_embedding"),
  same("vision_model.embeddings.position_embedding.weight"),
  same("vision_model.embeddings.patch_embedding.*"),
  same("vision_model.pre_layrnorm.*"), // as CLIPModel spells it
  same("vision_model.post_layernorm.*"),
  same("vision_model.head.probe"),
  same("vision_model.head.layernorm.*"),
  same("vision_model.head.attention.out_proj.*"),
  fused("vision_model.head.attention.in_proj_*", "vision_model.head.attention"),
  same("vision_model.head.mlp.fc1.*"),
  same("vision_model.head.mlp.fc2.*"),
  same("visual_projection.weight"),
];

/** Of several entries with one canonical name the last is the usual one. */
const BY_OPENAI: Table = [
  ...[["", "text_model"], ["visual.", "vision_model"]].flatMap(([before, tower]) => {
    const [from, to] = [`${before}transformer.resblocks.#`, `${tower}.encoder.layers.#`];
    return [
      ...Object.entries(IN_BLOCK).map(([part, name]) =>
        same(`${from}.${part}.*`, `${to}.${name}.*`)
      ),
      fused(`${from}.attn.in_proj_*`, `${to}.self_attn`),
    ];
  }),
  same("token_embedding.weight", "text_model.embeddings.token_embedding.weight"),
  same("positional_embedding", "text_model.embeddings.position_embedding.weight"),
  same("positional_embedding_res", "text_model.embeddings.position_embedding_res.weight"), // Long-CLIP's second table
  same("ln_final.*", "text_model.final_layer_norm.*"),
  same("text_projection.weight"), // an nn.Linear, [projection, width]
  transposed("text_projection", "text_projection.weight"), // [width, projection], to be multiplied from the left
  same("visual.class_embedding", "vision_model.embeddings.class_embedding"),
  same("visual.conv1.weight", "vision_model.embeddings.patch_embedding.weight"),
  same("visual.positional_embedding", "vision_model.embeddings.position_embedding.weight"),
  same("visual.ln_pre.*", "vision_model.pre_layrnorm.*"),
  same("visual.ln_post.*", "vision_model.post_layernorm.*"),
  transposed("visual.proj", "visual_projection.weight"),
];

const BLOCK = /(?<=(?:layers|resblocks)\.)\d{1,4}(?=\.)/;
const ENDING = /(?:weight|bias)$/;

/** What a table has of a name, and how the names in it are completed. */
function lookUp<Found>(table: ReadonlyMap<string, Found>, name: string) {
  const numbered = name.replace(BLOCK, "#");
  const [block = ""] = BLOCK.exec(name) ?? [];
  const [ending = ""] = ENDING.exec(name) ?? [];
  const completed = (pattern: string) =>
    pattern.replace("#", `${Number(block)}`).replace("*", ending);
  return { found: table.get(numbered) ?? table.get(numbered.replace(ENDING, "*")), completed };
}

function readTable(table: Table): Pick<NameRules, "placeOf" | "storedAs"> {
  const places = new Map(table);
  const stored = new Map(table.flatMap(([stored, place]) => {
    const names = place.kind === "fused" ? place.names : [place.name];
    return names.map((name) => [name, { name: stored, kind: place.kind }] as const);
  }));
  return {
    placeOf: (name) => {
      const { found, completed } = lookUp(places, name);
      if (found?.kind !== "fused") return found && { ...found, name: completed(found.name) };
      return { ...found, names: found.names.map(completed) as [string, string, string] };
    },
    storedAs: (canonical) => {
      const { found, completed } = lookUp(stored, canonical);
      if (found === undefined) return { kind: "same", name: canonical };
      return { ...found, name: completed(found.name) };
    },
  };
}

/** Names of `CLIPModel`, `SiglipModel` and their single towers in Hugging Face's transformers: the canonical ones. */
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
  ...readTable(CANONICAL),
};

/** How names of the text tower begin; what follows may be of a variant, as in `positional_embedding_res` or `transformer_neg.…`. */
const TEXT_PARTS =
  /^(?:token_embedding|positional_embedding|transformer|ln_final|text_projection|cls_emb)(?![a-z])/;

/** Names of OpenAI's CLIP and of open_clip, which differ from each other only in the prefix `text.` of newer open_clip models. */
export const OPENAI: NameRules = {
  naming: "OpenAI",
  anchors: { text: "token_embedding.weight", image: "visual.class_embedding" },
  towerOf: (name) => {
    if (/^visual(?![a-z])/.test(name)) return "image";
    return TEXT_PARTS.test(name) ? "text" : undefined;
  },
  ...readTable(BY_OPENAI),
};

/** How an array of a file holds one by a canonical name. */
export interface Origin {
  readonly stored: string;
  /** As it is, with its axes the other way round, or as one of three along the first axis. */
  readonly kind: "same" | "transposed" | "fused";
}

/** Who names the arrays of a checkpoint: `OpenAI` stands for OpenAI's own code and for open_clip. */
type Naming = "Hugging Face" | "OpenAI";

export type TowerName = "text" | "image";

export interface NamedArrays {
  readonly source: string;
  /** The arrays by canonical name; a fused query, key and value is three views of one file, a projection may be a transposed one. */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly naming: Naming;
  /** What stands before every name in the file, such as `module.`; usually nothing. */
  readonly prefix: string;
  /** What stands before the names of the text tower: the prefix, in newer open_clip models with `text.`. */
  readonly textPrefix: string;
  readonly towers: readonly TowerName[]; // towers whose arrays were found, the text tower first
  /** For a tower of another architecture, or of which only a part is there: the first of its arrays, as stored. It is not among `towers`. */
  readonly foreign: Readonly<Partial<Record<TowerName, string>>>;
  /** Floating-point arrays that belong to no tower and no buffer, as stored, such as `prompt_learner.ctx`: what a user may have trained. */
  readonly unused: readonly string[];
}

/** The types of floating-point numbers that a weight may have, by the names of safetensors. */
export const REAL: readonly NumberType[] = ["F64", "F32", "F16", "BF16"];

export type Place =
  | { readonly kind: "same"; readonly name: string }
  /** A matrix whose axes are the other way round in the file. */
  | { readonly kind: "transposed"; readonly name: string }
  /** Query, key and value, one after another along the first axis. */
  | { readonly kind: "fused"; readonly names: readonly [string, string, string] };

/** A convention of names. All names that it is asked about come without the prefix of the file. */
export interface NameRules {
  readonly naming: Naming;
  readonly anchors: Readonly<Record<TowerName, string>>;
  /** The tower that an array must belong to, since its name begins like a part of it; undefined if it belongs to none. */
  readonly towerOf: (name: string) => TowerName | undefined;
  /** Where an array belongs; undefined if neither CLIP nor SigLIP has such an array. */
  readonly placeOf: (name: string) => Place | undefined;
  /** The name of the array that holds the one of a canonical name, and how it does: the reverse of `placeOf`. */
  readonly storedAs: (canonical: string) => { readonly name: string; readonly kind: Place["kind"] };
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
  return new NegscopeError("model-unsupported", {
    problem: `Cannot use "${source}"`,
    reason: `the towers of CLIP and SigLIP have no such arrays: ${firstOf(names)}`,
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

/** An array by its canonical name. Messages have the name and the shape of the array of the file that holds it. */
export function requireArray(
  named: NamedArrays,
  name: string,
  shape?: readonly number[],
): StoredArray {
  const array = named.arrays.get(name);
  if (array === undefined) throw missing(named, name);
  if (!REAL.includes(array.type)) {
    throw wrong(named, name, {
      reason: `its numbers are stored as ${array.type}`,
      expected: `one of ${REAL.join(", ")}`,
      fix: "use weights that are not quantised",
    });
  }
  const fits = shape === undefined ||
    shape.length === array.shape.length && shape.every((size, axis) => size === array.shape[axis]);
  if (fits) return array;
  const { shapeOf } = inFile(named, name);
  throw wrong(named, name, {
    reason: `its shape is [${shapeOf(array.shape).join(", ")}]`,
    expected: `[${shapeOf(shape).join(", ")}]`,
    fix: "take the weights and the settings from the same model",
  });
}

function wrong(
  named: NamedArrays,
  canonical: string,
  parts: { readonly reason: string; readonly expected: string; readonly fix: string },
): NegscopeError {
  const { name } = inFile(named, canonical);
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use array "${name}" of "${named.source}"`,
    ...parts,
  });
}

function missing(named: NamedArrays, canonical: string): NegscopeError {
  const { source, towers, foreign } = named;
  const { name } = inFile(named, canonical);
  const tower = /^(?:text_|logit_)/.test(canonical) ? "text" : "image";
  const other = foreign[tower];
  return new NegscopeError("model-files-differ", {
    problem: `Cannot find array "${name}" in "${source}"`,
    reason: towers.includes(tower)
      ? present(named, tower, name)
      : other === undefined
      ? `the checkpoint has no ${tower} tower`
      : `its ${tower} tower is ${foreignKind(other)}: it has ${shown(other)}`,
    fix: "use a complete checkpoint, and the settings that belong to it",
  });
}

function present({ arrays, origins }: NamedArrays, tower: TowerName, name: string): string {
  const names = [...new Set([...origins.values()].map(({ stored }) => stored))];
  const nearest = nearestText(name, names);
  const module = tower === "text" ? "text_model" : "vision_model";
  const pattern = new RegExp(`^${module}\\.encoder\\.layers\\.(\\d+)\\.`);
  const count = new Set([...arrays.keys()].flatMap((name) => pattern.exec(name)?.[1] ?? [])).size;
  return `the ${tower} tower has ${count} ${
    count === 1 ? "block" : "blocks"
  }; the nearest names are ${nearest}`;
}

/** The array of a file that holds the one of a canonical name; or, if there is none, the one that the convention of its names calls for. */
export function inFile(
  named: Pick<NamedArrays, "origins" | "naming" | "prefix" | "textPrefix">,
  canonical: string,
): {
  readonly name: string;
  readonly shapeOf: (shape: readonly number[]) => readonly number[];
} {
  const { origins, naming, prefix, textPrefix } = named;
  const usual = (naming === "OpenAI" ? OPENAI : HUGGING_FACE).storedAs(canonical);
  const before = /^text_/.test(canonical) ? textPrefix : prefix;
  const { stored, kind } = origins.get(canonical) ?? { ...usual, stored: `${before}${usual.name}` };
  return {
    name: stored,
    shapeOf: (shape) => {
      if (kind === "transposed") return shape.toReversed();
      const [first = 0, ...others] = shape;
      return kind === "fused" ? [3 * first, ...others] : shape;
    },
  };
}
