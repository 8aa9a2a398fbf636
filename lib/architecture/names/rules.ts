/** What a convention of names says of one name. */

import type { Naming, TowerName } from "./named_arrays.ts";

/** Where an array of the file belongs by canonical names. */
export type Place =
  | { readonly kind: "same"; readonly name: string }
  /** A matrix whose axes are the other way round in the file. */
  | { readonly kind: "transposed"; readonly name: string }
  /** Query, key and value, one after another along the first axis. */
  | { readonly kind: "fused"; readonly names: readonly [string, string, string] };

/** An array of the file that holds one by a canonical name. */
export interface Stored {
  readonly name: string;
  readonly kind: Place["kind"];
}

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
  readonly storedAs: (canonical: string) => Stored;
}
