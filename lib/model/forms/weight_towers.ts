/** Files of weights. */

import type { OpenedWeights } from "../../architecture/built_tower.ts";
import { canonicalArrays } from "../../architecture/names/canonical_arrays.ts";
import type { TowerName } from "../../architecture/names/named_arrays.ts";
import { openCheckpoint } from "../../checkpoint/checkpoint.ts";
import { NegscopeError } from "../../errors.ts";
import type { FileAt, Files } from "../../reading/files.ts";
import { basename, dirname, join } from "../../reading/path.ts";
import { indexOfShard } from "../../reading/weight_names.ts";

export interface FileOfWeights extends OpenedWeights {
  /** All files that decide its numbers: the file, or the index of its shards, and these. */
  readonly files: readonly string[];
}

/** Files of weights, each opened once for each tower, so that all that is said and read of one is of the same content. */
export class WeightFiles {
  readonly #files: Files;
  readonly #opened = new Map<string, FileOfWeights>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** A file of weights for one tower. Only names, shapes and places are read. */
  of(path: string, tower: TowerName): FileOfWeights {
    const key = JSON.stringify([path, tower]);
    const opened = this.#opened.get(key) ?? openWeights({ files: this.#files, path }, tower);
    this.#opened.set(key, opened);
    return opened;
  }
}

/** Opens a file of weights for one tower. Only names, shapes and places are read. */
export function openWeights(at: FileAt, tower: TowerName): FileOfWeights {
  const { path } = at;
  const index = indexOfShard(basename(path));
  if (index !== undefined) throw shardAlone(path, index);
  const { arrays, stamps } = openCheckpoint(at);
  const named = canonicalArrays(arrays, path, { towers: [tower] });
  return { files: [...stamps.keys()], stamps, named };
}

function shardAlone(path: string, index: string): NegscopeError {
  return new NegscopeError("weights-not-one-model", {
    problem: `Cannot use weight file "${path}" alone`,
    reason: "by its name it is one of several that hold a model together",
    fix: `give the index file that names them all instead, "${join(dirname(path), index)}"`,
  });
}
