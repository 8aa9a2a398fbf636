/** Towers that are built for a file of weights. */

import { builtTower, type WriteTower } from "../../architecture/built_tower.ts";
import { canonicalArrays } from "../../architecture/names/canonical_arrays.ts";
import type { NamedArrays, TowerName } from "../../architecture/names/named_arrays.ts";
import { requireArray } from "../../architecture/names/require_array.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import { readNumbers } from "../../checkpoint/read_numbers.ts";
import { sizeOf } from "../../checkpoint/stored_array.ts";
import type { LogitScale } from "../../engine/logit_scale.ts";
import type { GraphOrigin } from "../../onnx/graph/graph_file.ts";

/** The arrays of one tower in a file of weights. */
export interface FileOfWeights {
  /** The file, or the index of its shards. */
  readonly path: string;
  /** All files that decide its numbers. */
  readonly files: readonly string[];
  /** What each of them was when it was read, by path. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The arrays by canonical names. */
  readonly named: NamedArrays;
}

/**
 * Opens a file of weights for one tower. Only names, shapes and places are read.
 *
 * @param path The file, or the index of its shards.
 * @param tower The tower; the other is not looked at.
 * @throws {NegscopeError} If it is not a file of weights, or holds no CLIP model.
 */
export function openWeights(path: string, tower: TowerName): FileOfWeights {
  const { arrays, stamps } = openCheckpoint(path);
  const named = canonicalArrays(arrays, path, { towers: [tower] });
  return { path, files: [...stamps.keys()], stamps, named };
}

/**
 * The origin of a tower's graph, built for a file of weights.
 *
 * @param path The file, or the index of its shards.
 * @param tower Which tower.
 * @param write Writes the tower.
 */
export function towerOfWeights(path: string, tower: TowerName, write: WriteTower): GraphOrigin {
  return builtTower(path, () => {
    const { stamps, named } = openWeights(path, tower);
    return {
      stamps,
      names: [...named.arrays.keys()],
      arrayOf: (name, shape) => requireArray(named, name, shape),
    };
  }, write);
}

/**
 * Reads the numbers that turn a cosine into the model's own logit.
 *
 * @param file The weights.
 * @returns Undefined if the file does not hold the scale.
 * @throws {NegscopeError} If they cannot be read.
 */
export function logitScaleOf(
  { named }: Pick<FileOfWeights, "named">,
): LogitScale | undefined {
  const numberAt = (name: string) => {
    const array = named.arrays.get(name);
    if (array === undefined || sizeOf(array) !== 1) return undefined;
    return readNumbers(requireArray(named, name))[0]!;
  };
  const power = numberAt("logit_scale");
  return power === undefined
    ? undefined
    : { scale: Math.exp(power), bias: numberAt("logit_bias") ?? 0 };
}
