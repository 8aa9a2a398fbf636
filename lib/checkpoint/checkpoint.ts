/** A model's weights as they are published: in a file, or in several with an index. */

import { NegscopeError, shown } from "../errors.ts";
import type { FileAt } from "../reading/files.ts";
import { basename, dirname, join } from "../reading/path.ts";
import { fileKind, type OtherKind } from "./file_kind.ts";
import { safetensorsArrays } from "./safetensors.ts";
import type { StoredArray } from "./stored_array.ts";
import { torchArrays } from "./torch/arrays.ts";
import { READABLE, WeightFile } from "./weight_file.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";

const USUAL_FIX = "check the path, or download the file again";

export interface Checkpoint {
  readonly source: string;
  /** All files that decide its numbers, the one that was opened first: by path, what each was when it was read, see {@linkcode WeightFile.stamp}. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly arrays: ReadonlyMap<string, StoredArray>;
}

/**
 * Opens weights; their numbers are not read. The content decides, not the name: safetensors, the zip format of `torch.save` or
 * `torch.jit.save`, or the index of such files. Nothing in a file is run. If a file of `torch.save` holds the weights beside other things,
 * such as an optimizer, only the weights are taken.
 */
export function openCheckpoint({ files, path }: FileAt): Checkpoint {
  using file = new WeightFile({ files, path });
  const kind = fileKind(file);
  const stamps = new Map([[path, file.stamp]]);
  if (kind.kind !== "index") return { source: path, stamps, arrays: arraysOf(file) };
  const arrays = new Map<string, StoredArray>();
  const shards = readIndex(file);
  for (const [shard, names] of shards) {
    using part = openShard({ files, path: shard }, path);
    stamps.set(shard, part.stamp);
    const found = arraysOf(part);
    for (const name of names) {
      const array = found.get(name);
      if (array === undefined) {
        throw indexWrong(path, `it puts ${shown(name)} into "${basename(shard)}", which lacks it`);
      }
      arrays.set(name, array);
    }
  }
  return { source: path, stamps, arrays };
}

function openShard({ files, path }: FileAt, index: string): WeightFile {
  try {
    return new WeightFile({ files, path });
  } catch (error) {
    if (!(error instanceof NegscopeError) || error.code !== "file-unreadable") throw error;
    throw new NegscopeError("file-unreadable", {
      problem: `Cannot read weight file "${path}", which the index "${basename(index)}" names`,
      reason: error.reason,
      fix: "download it again, beside the index",
      cause: error.cause,
    });
  }
}

function arraysOf(file: WeightFile): Map<string, StoredArray> {
  const kind = fileKind(file);
  switch (kind.kind) {
    case "safetensors": {
      const arrays = safetensorsArrays(file);
      if (arrays.size === 0) throw file.withoutWeights("its header names no tensor");
      return arrays;
    }
    case "zip":
      return torchArrays(file);
    case "index":
      throw otherFormat(file, { what: "an index or another JSON file" });
    case "other":
      throw otherFormat(file, kind);
  }
}

function otherFormat(file: WeightFile, { what, fix = USUAL_FIX }: OtherKind): NegscopeError {
  return file.otherKind(`it is ${what}`, READABLE, fix);
}

/** Bytes of an index; one with 10,000 weights has about 1 MB. */
const LARGEST = 1 << 22;
/** Files of a model; the largest published models have about 200. */
const MOST_FILES = 1000;

/**
 * Reads an index, `model.safetensors.index.json` or `pytorch_model.bin.index.json`. Returns the path of each file that it names, and the names of the weights in it.
 */
function readIndex(file: WeightFile): Map<string, string[]> {
  if (file.size > LARGEST) {
    throw file.tooLarge(`as an index it has ${file.size} bytes, where ${LARGEST} are allowed`);
  }
  const shards = new Map<string, string[]>();
  for (const [weight, shard] of Object.entries(weightMap(file))) {
    if (typeof shard !== "string" || !/^[^/\\:\0]+$/.test(shard) || /^\.{1,2}$/.test(shard)) {
      const reason = `it puts ${shown(weight)} into ${shown(shard)}, which is no plain file name`;
      throw indexWrong(file.path, reason);
    }
    const path = join(dirname(file.path), shard);
    const weights = shards.get(path);
    if (weights === undefined) shards.set(path, [weight]);
    else weights.push(weight);
  }
  if (shards.size === 0) throw indexWrong(file.path, "it names no weight");
  if (shards.size > MOST_FILES) throw file.tooLarge(`its index names ${shards.size} files`);
  return shards;
}

function weightMap(file: WeightFile): object {
  const text = new TextDecoder().decode(file.read(0, file.size));
  let value;
  try {
    value = parseJson(text);
  } catch (error) {
    throw indexWrong(file.path, `it cannot be read as JSON, ${jsonFailure(error)}`);
  }
  if (!isObject(value) || !("weight_map" in value)) {
    const reason = 'it is a JSON file without a "weight_map", such as settings or a tokeniser';
    throw file.otherKind(reason, READABLE, "name the file that holds the weights");
  }
  const map = value["weight_map"];
  if (isObject(map)) return map;
  throw indexWrong(file.path, `its "weight_map" is no object`);
}

function indexWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("weights-damaged", {
    problem: `Cannot read "${path}" as the index of a model's weight files`,
    reason,
    fix: "download it and the files that it names again",
  });
}
