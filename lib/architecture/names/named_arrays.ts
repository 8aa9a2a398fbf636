/** Arrays by canonical names, those of `CLIPModel` and `SiglipModel` in Hugging Face's transformers, and conventions of naming them. */

import type { NumberType, StoredArray } from "../../checkpoint/stored_array.ts";

/** How an array of a file holds one by a canonical name. */
export interface Origin {
  readonly stored: string;
  /** As it is, with its axes the other way round, or as one of three along the first axis. */
  readonly kind: "same" | "transposed" | "fused";
}

/** Who names the arrays of a checkpoint: `OpenAI` stands for OpenAI's own code and for open_clip. */
export type Naming = "Hugging Face" | "OpenAI";

export type TowerName = "text" | "image";

export interface NamedArrays {
  readonly source: string;
  /**
   * The arrays by canonical name, such as `text_model.encoder.layers.0.self_attn.q_proj.weight`, [width, width]. A fused query, key and
   * value is three views of the same file, and a projection that the file holds as [width, projection] is its transpose.
   */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly naming: Naming;
  /** What stands before every name in the file, such as `module.`; usually nothing. */
  readonly prefix: string;
  /** What stands before the names of the text tower: the prefix, in newer open_clip models with `text.`. */
  readonly textPrefix: string;
  /** The towers whose arrays were found, the text tower first. */
  readonly towers: readonly TowerName[];
  /**
   * For a tower of another architecture, or of which only a part is there, perhaps behind another prefix: the first of its arrays, as
   * stored. It is not among `towers`.
   */
  readonly foreign: Readonly<Partial<Record<TowerName, string>>>;
  /** Names of the file that no tower needs, as stored: buffers, heads, other image towers, an optimizer's state. */
  readonly ignored: readonly string[];
  /**
   * Those of them that hold floating-point numbers and belong to no tower and to no buffer, as stored, such as `prompt_learner.ctx`: what
   * a user may have trained, and a tower of another architecture does not explain.
   */
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
  /** A name that every tower of the convention has. */
  readonly anchors: Readonly<Record<TowerName, string>>;
  /** The tower that an array must belong to, since its name begins like a part of it; undefined if it belongs to none. */
  readonly towerOf: (name: string) => TowerName | undefined;
  /** Names of buffers, which follow from the sizes. */
  readonly buffer: RegExp;
  /** Where an array belongs; undefined if neither CLIP nor SigLIP has such an array. */
  readonly placeOf: (name: string) => Place | undefined;
  /** The name of the array that holds the one of a canonical name, and how it does: the reverse of `placeOf`. */
  readonly storedAs: (canonical: string) => { readonly name: string; readonly kind: Place["kind"] };
}
