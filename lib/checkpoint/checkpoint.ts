/** A model's weights as they are published: in a file, or in several with an index. */

import { NegscopeError, shown } from "../errors.ts";
import type { FileAt } from "../reading/files.ts";
import { basename } from "../reading/path.ts";
import { fileKind, type OtherKind } from "./file_kind.ts";
import { indexWrong, readIndex } from "./index_file.ts";
import { safetensorsArrays } from "./safetensors/arrays.ts";
import type { StoredArray } from "./stored_array.ts";
import { torchArrays } from "./torch/arrays.ts";
import { READABLE, WeightFile } from "./weight_file.ts";

const USUAL_FIX = "check the path, or download the file again";

/** The weights of a model. */
export interface Checkpoint {
  /** The path that was opened, for messages. */
  readonly source: string;
  /** All files that decide its numbers, the one that was opened first: by path, what each was when it was read, see {@linkcode WeightFile.stamp}. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The arrays by their names in the file. */
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
      subject: path,
      reason: error.reason,
      fix: "download it again, beside the index",
      cause: error.cause,
    });
  }
}

function arraysOf(file: WeightFile): Map<string, StoredArray> {
  const kind = fileKind(file);
  switch (kind.kind) {
    case "safetensors":
      return someOf(file, safetensorsArrays(file));
    case "zip":
      return torchArrays(file);
    case "old torch":
      throw oldFormat(file.path);
    case "index":
      throw otherFormat(file, { what: "an index or another JSON file" });
    case "other":
      throw otherFormat(file, kind);
  }
}

function someOf(file: WeightFile, arrays: Map<string, StoredArray>): Map<string, StoredArray> {
  if (arrays.size === 0) throw file.withoutWeights("its header names no tensor");
  return arrays;
}

function otherFormat(file: WeightFile, { what, fix = USUAL_FIX }: OtherKind): NegscopeError {
  return file.otherKind(`it is ${what}`, READABLE, fix);
}

function oldFormat(path: string): NegscopeError {
  const name = basename(path);
  const line =
    `import torch; torch.save(torch.load(${JSON.stringify(name)}, map_location="cpu"), ` +
    `${JSON.stringify(`new_${name}`)})`;
  return new NegscopeError("weights-format-unknown", {
    problem: `Cannot read weight file "${path}"`,
    subject: path,
    reason: "it is in torch's format before version 1.6",
    fix: `save it again with this line of Python: ${line}`,
  });
}
