/** Small files of a model folder. */

import { modelFileUnreadable } from "../../model_file.ts";
import { OpenedFile } from "../../../files/opened_file.ts";
import { readBytes } from "../../../files/read_file.ts";
import { type ModelJson, readModelJson } from "../../model_json.ts";

const MAX_BYTES = 10_000_000; // the vocabulary file has 1.4 MB, vocab.json 1 MB

/**
 * Reads a file.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be read, is not a file, or has more than 10 MB.
 */
export async function readBounded(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await reading(path, () => readBytes(path, MAX_BYTES));
}

/**
 * The first two bytes of a file, by which gzip is known; fewer if it is shorter.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be read or is not a file.
 */
export async function readBeginning(path: string): Promise<Uint8Array> {
  return await reading(path, async () => {
    using file = new OpenedFile(path);
    return await file.read(0, Math.min(file.size, 2));
  });
}

/**
 * Reads a settings file by its path.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be read, or is not a JSON object.
 */
export async function readJsonFile(path: string): Promise<ModelJson> {
  const [, folder = ".", file] = /^(?:(.*)[/\\])?([^/\\]*)$/s.exec(path)!;
  return await readModelJson(folder, file!);
}

async function reading<Value>(path: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw modelFileUnreadable(path, cause);
  }
}
