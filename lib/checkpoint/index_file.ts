/** The index of a model whose weights are in several files: `model.safetensors.index.json` or `pytorch_model.bin.index.json`. */

import { NegscopeError, shown } from "../errors.ts";
import { jsonFailure, parseJson } from "../reading/json.ts";
import { dirname, join } from "../reading/path.ts";
import { READABLE, type WeightFile } from "./weight_file.ts";

/** Bytes of an index; one with 10,000 weights has about 1 MB. */
const LARGEST = 1 << 22;
/** Files of a model; the largest published models have about 200. */
const MOST_FILES = 1000;

/** Reads an index. Returns the path of each file that it names, and the names of the weights in it. */
export function readIndex(file: WeightFile): Map<string, string[]> {
  if (file.size > LARGEST) {
    throw file.tooLarge(`as an index it has ${file.size} bytes, where ${LARGEST} are allowed`);
  }
  const shards = new Map<string, string[]>();
  for (const [weight, shard] of Object.entries(weightMap(file))) {
    if (typeof shard !== "string" || !/^[^/\\:\0]+$/.test(shard) || /^\.{1,2}$/.test(shard)) {
      throw indexWrong(
        file.path,
        `it puts ${shown(weight)} into ${shown(shard)}, which is no plain file name`,
      );
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
  if (typeof value !== "object" || value === null || !("weight_map" in value)) {
    const reason = 'it is a JSON file without a "weight_map", such as settings or a tokeniser';
    throw file.otherKind(reason, READABLE, "name the file that holds the weights");
  }
  const map = value.weight_map;
  if (typeof map === "object" && map !== null && !Array.isArray(map)) return map;
  throw indexWrong(file.path, `its "weight_map" is no object`);
}

/** The error for an index that is wrong or does not belong to the files beside it. */
export function indexWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("weights-damaged", {
    problem: `Cannot read "${path}" as the index of a model's weight files`,
    subject: path,
    reason,
    fix: "download it and the files that it names again",
  });
}
