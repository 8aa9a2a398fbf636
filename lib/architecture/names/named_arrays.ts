/** The arrays of a checkpoint by canonical names, which are those of `CLIPModel` and `SiglipModel` in Hugging Face's transformers. */

import type { StoredArray } from "../../checkpoint/stored_array.ts";

/** Who names the arrays of a checkpoint: `OpenAI` stands for OpenAI's own code and for open_clip. */
export type Naming = "Hugging Face" | "OpenAI";

/** One of the two towers. */
export type TowerName = "text" | "image";

/** The arrays of a checkpoint by canonical names. */
export interface NamedArrays {
  /** The checkpoint, for messages. */
  readonly source: string;
  /**
   * The arrays by canonical name, such as `text_model.encoder.layers.0.self_attn.q_proj.weight`, [width, width]. A fused query, key and
   * value is three views of the same file, and a projection that the file holds as [width, projection] is its transpose.
   */
  readonly arrays: ReadonlyMap<string, StoredArray>;
  /** Who named them in the file. */
  readonly naming: Naming;
  /** What stands before every name in the file, such as `module.`; usually nothing. */
  readonly prefix: string;
  /** The towers whose arrays were found, the text tower first. */
  readonly towers: readonly TowerName[];
  /**
   * For a tower of another architecture, or of which only a part is there: the first of its arrays, as stored. It is not among `towers`.
   */
  readonly foreign: Readonly<Partial<Record<TowerName, string>>>;
  /** Names of the file that no tower needs, as stored: buffers, heads, other image towers, an optimizer's state. */
  readonly ignored: readonly string[];
}
