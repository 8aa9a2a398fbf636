/** The files of a model: where weights lie in them, whether they are what they were, and the errors for those that are not. */

import { NegscopeError, unreadableFile } from "../../errors.ts";
import type { Files } from "../../reading/files.ts";
import type { TensorProto } from "onnx-buf";

export async function checkFiles(
  files: Files,
  stamps: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [path, known] of stamps) {
    const stamp = await files.stampOf(path).catch((error) => {
      throw fileUnreadable(path, error);
    });
    if (stamp !== known) throw fileChanged(path);
  }
}

export function fileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read model file", path, cause, fix: "check the model's folder" });
}

export function fileChanged(path: string): NegscopeError {
  return new NegscopeError("file-changed", {
    problem: `Cannot go on with model file "${path}"`,
    reason: "it has changed since it was loaded",
    fix: "start again",
  });
}

export interface WeightPlace {
  readonly path: string;
  /** The first byte, from the beginning of the file. */
  readonly offset: number;
  /** The number of bytes. */
  readonly length: number;
}

/** The files that hold a graph's weights. Weights are read on request and not kept in memory. */
export interface WeightStore {
  /** What each file was when its weights were found, by path, see `Files.stampOf`. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The place of a weight's bytes; undefined if no file has them in the type and order of the tensor. */
  placeOf(tensor: TensorProto): WeightPlace | undefined;
  /** Reads a weight's bytes, in the type and order of the tensor. */
  read(tensor: TensorProto): Uint8Array<ArrayBuffer>;
}
