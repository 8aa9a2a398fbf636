/** Files of weights, and the towers that are built for them. */

import { builtTower, type WriteTower } from "../../architecture/built_tower.ts";
import { canonicalArrays } from "../../architecture/names/canonical_arrays.ts";
import type { NamedArrays, TowerName } from "../../architecture/names/named_arrays.ts";
import { requireArray } from "../../architecture/names/require_array.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import { readNumbers } from "../../checkpoint/read_numbers.ts";
import { sizeOf } from "../../checkpoint/stored_array.ts";
import type { LogitScale } from "../../engine/logit_scale.ts";
import { NegscopeError } from "../../errors.ts";
import { stampOf } from "../../files/stamp.ts";
import type { GraphOrigin } from "../../onnx/graph/graph_file.ts";

/** The arrays of one tower in a file of weights. */
export interface FileOfWeights {
  /** The file, or the index of its shards. */
  readonly path: string;
  /** All files that decide its numbers. */
  readonly files: readonly string[];
  /** What each of them was when it was opened, by path. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The arrays by canonical names. */
  readonly named: NamedArrays;
}

/** Files of weights, each opened once for each tower, so that all that is said and read of one is of the same content. */
export class WeightFiles {
  readonly #opened = new Map<string, Promise<FileOfWeights>>();

  /**
   * A file of weights for one tower. Only names, shapes and places are read.
   *
   * @param path The file, or the index of its shards.
   * @param tower The tower; the other is not looked at.
   * @throws {NegscopeError} If it is not a file of weights, or holds no model of CLIP's kind.
   */
  of(path: string, tower: TowerName): Promise<FileOfWeights> {
    const key = JSON.stringify([path, tower]);
    const opened = this.#opened.get(key) ?? openWeights(path, tower);
    this.#opened.set(key, opened);
    return opened;
  }
}

/**
 * Opens a file of weights for one tower. Only names, shapes and places are read.
 *
 * @param path The file, or the index of its shards.
 * @param tower The tower; the other is not looked at.
 * @throws {NegscopeError} If it is not a file of weights, or holds no model of CLIP's kind.
 */
export async function openWeights(path: string, tower: TowerName): Promise<FileOfWeights> {
  const { arrays, files } = await openCheckpoint(path);
  const stamps = new Map<string, string>();
  for (const file of files) stamps.set(file, await stampOf(file));
  return { path, files, stamps, named: canonicalArrays(arrays, path, { towers: [tower] }) };
}

/**
 * The origin of a tower's graph, built for a file of weights.
 *
 * @param path The file, or the index of its shards.
 * @param open Opens it, each time with the same result.
 * @param write Writes the tower.
 */
export function towerOfWeights(
  path: string,
  open: () => Promise<FileOfWeights>,
  write: WriteTower,
): GraphOrigin {
  return builtTower(path, async () => {
    const { files, stamps, named } = await open();
    for (const [each, stamp] of stamps) {
      const found = await stampOf(each).catch(() => undefined);
      if (found !== stamp) throw fileChanged(each);
    }
    return {
      files,
      names: [...named.arrays.keys()],
      arrayOf: (name, shape) => requireArray(named, name, shape),
    };
  }, write);
}

function fileChanged(path: string): NegscopeError {
  return new NegscopeError("onnx-file-changed", {
    problem: `Cannot go on with model file "${path}"`,
    subject: path,
    reason: "it has changed since it was opened",
    fix: "start again",
  });
}

/**
 * Reads the numbers that turn a cosine into the model's own logit.
 *
 * @param file The weights.
 * @returns Undefined if the file does not hold the scale.
 * @throws {NegscopeError} If they cannot be read, or are not one number each.
 */
export async function logitScaleOf(
  { named }: Pick<FileOfWeights, "named">,
): Promise<LogitScale | undefined> {
  const power = await numberAt(named, "logit_scale");
  return power === undefined
    ? undefined
    : { scale: Math.exp(power), bias: await numberAt(named, "logit_bias") ?? 0 };
}

async function numberAt(named: NamedArrays, name: string): Promise<number | undefined> {
  if (!named.arrays.has(name)) return undefined;
  const array = requireArray(named, name);
  if (sizeOf(array) === 1) return (await readNumbers(array))[0]!;
  throw new NegscopeError("weight-shape-wrong", {
    problem: `Cannot use array "${name}" of "${named.source}"`,
    subject: name,
    reason: `its shape is [${array.shape.join(", ")}]`,
    expected: "one number for all sentences and images",
    fix: "use the checkpoint of a whole model",
  });
}
