/** Reads files of a model folder, and reports those that cannot be read. */

import { NegscopeError, unreadableFile } from "../errors.ts";
import { FETCH_LFS, LFS_POINTER } from "../reading/lfs_pointer.ts";
import type { FileAt } from "../reading/files.ts";
import { readBytes } from "../reading/read_file.ts";

export function modelFileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read", path, cause, fix: "check the model's folder" });
}

export function pointerUnreadable(path: string): NegscopeError {
  return new NegscopeError("file-unreadable", {
    problem: `Cannot read "${path}"`,
    reason: `it is ${LFS_POINTER}`,
    fix: FETCH_LFS,
  });
}

const MAX_BYTES = 10_000_000; // the vocabulary file has 1.4 MB, vocab.json 1 MB

export async function readBounded(at: FileAt): Promise<Uint8Array<ArrayBuffer>> {
  return await reading(at.path, () => readBytes(at, MAX_BYTES));
}

/** The first two bytes of a file, by which gzip is known; fewer if it is shorter. */
export async function readBeginning({ files, path }: FileAt): Promise<Uint8Array> {
  return await reading(path, async () => {
    using file = files.open(path);
    return await file.read(0, Math.min(file.size, 2));
  });
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw modelFileUnreadable(path, cause);
  }
}
