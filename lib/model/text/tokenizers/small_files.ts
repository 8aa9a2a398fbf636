/** Small files of a model folder. */

import { modelFileUnreadable } from "../../model_file.ts";
import { type ModelJson, readModelJson } from "../../model_json.ts";

const MAX_BYTES = 10_000_000; // the vocabulary file has 1.4 MB, vocab.json 1 MB

/**
 * Reads a file.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be read, is not a file, or has more than 10 MB.
 */
export async function readBounded(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await reading(path, async () => {
    const { isFile, size } = await Deno.stat(path);
    if (!isFile) throw new Error("it is not a file"); // reading from a pipe might never end
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes where ${MAX_BYTES} are allowed`);
    return await Deno.readFile(path);
  });
}

/**
 * The first two bytes of a file, by which gzip is known; fewer if it is shorter.
 *
 * @param path The file.
 * @throws {NegscopeError} If it cannot be read or is not a file.
 */
export async function readBeginning(path: string): Promise<Uint8Array> {
  return await reading(path, async () => {
    if (!(await Deno.stat(path)).isFile) throw new Error("it is not a file");
    using file = await Deno.open(path);
    const bytes = new Uint8Array(2);
    return bytes.subarray(0, await file.read(bytes) ?? 0);
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
