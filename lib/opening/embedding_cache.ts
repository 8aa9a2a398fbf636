/** Embeddings kept on disk from run to run, so that tasks on the same images and sentences embed them once. */

import type { KeptStore } from "../study/embeddings.ts";
import { lockFolder, makeFolder, markUsed, removeFile, writeWhole } from "../files/write_whole.ts";
import { readBytes } from "../files/read_file.ts";
import { isAbsent } from "../reading/files.ts";
import { sha256Text } from "../reading/sha256.ts";
import { freeText } from "../options/option.ts";
import { checkedValue } from "../options/values.ts";
import { ownFolder } from "../files/kit_files.ts";
import { float32Bytes } from "../files/tensors.ts";

/** Maximum bytes of all files of a cache; the least recently used files are removed first. */
const MOST_BYTES = 1 << 30;

/** Maximum bytes of one file; its oldest embeddings are removed first. */
const MOST_BYTES_PER_FILE = 1 << 28;

/** A cache's files, and partial ones that a killed process left. */
const FILE = /^(text|image)-[0-9a-f]{32}\.bin(\.partial)?$/;

const FOLDER = {
  ...freeText({ placeholder: "FOLDER|none", help: "" }),
  expected: "a folder, or none",
};

/** A folder of embeddings, one file for each tower. It can be deleted at any time; a file that is damaged is not used and is replaced. */
export class EmbeddingCache {
  /** A cache in a folder, by default `embeddings` in the user's own folder; it need not exist. `most`: maximum bytes of all files, and of one. */
  constructor(
    private readonly folder?: string,
    private readonly most = { bytes: MOST_BYTES, bytesPerFile: MOST_BYTES_PER_FILE },
  ) {}

  /** The cache that an option chooses: a folder; the user's own if it is `true`; none if it is `false`, `"none"` or undefined. */
  static chosen(folder: string | boolean | EmbeddingCache | undefined): EmbeddingCache | undefined {
    if (folder instanceof EmbeddingCache) return folder;
    if (folder === undefined || folder === false || folder === "none") return undefined;
    if (folder === true) return new EmbeddingCache();
    return new EmbeddingCache(checkedValue("cache", folder, FOLDER)!);
  }

  async open({ kind, from }: {
    readonly kind: "text" | "image";
    /** What determines its numbers: checksums of weights, tokeniser or preprocessing, and code; versions. */
    readonly from: readonly string[];
  }, size: number): Promise<KeptStore> {
    const folder = this.folder ?? `${ownFolder()}/embeddings`;
    const tower = sha256Text(JSON.stringify([kind, ...from]));
    const path = `${folder}/${kind}-${tower.slice(0, 32)}.bin`;
    const most = this.most.bytesPerFile;
    const file = { path, header: { format: "negscope embeddings 4", size, tower }, size, most };
    const known = await readFile(file);
    const vectors = known ?? new Map<string, Float32Array>();
    const write = async () => {
      await makeFolder(folder, "--cache");
      using _held = await lockFolder(folder, { wait: true, flag: "--cache" }); // other processes add too
      const there = await readFile(file);
      const all = [...new Map([...there ?? [], ...vectors])];
      const newest = all.slice(-Math.max(1, Math.floor(most / (KEY_BYTES + 4 * size))));
      await writeWhole(path, keptFile(file, newest));
      await this.#dropOldest(folder, path);
    };
    let isWritten = true;
    return {
      refused: known === undefined ? path : undefined,
      get: (key) => vectors.get(key),
      add: (key, vector) => {
        if (vectors.has(key)) return;
        vectors.set(key, vector.slice());
        isWritten = false;
      },
      save: async () => {
        try {
          if (!isWritten) await write();
          isWritten = true;
          return undefined;
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      },
    };
  }

  async #dropOldest(folder: string, current: string): Promise<void> {
    const files: { path: string; bytes: number; used: number }[] = [];
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const path = `${folder}/${name}`;
      if (!isFile || path === current || !FILE.test(name)) continue;
      const file = await Deno.stat(path).catch(ifThere); // a cache may be deleted without its lock
      if (file !== undefined) {
        files.push({ path, bytes: file.size, used: file.mtime?.getTime() ?? 0 });
      }
    }
    let total = (await Deno.stat(current).catch(ifThere))?.size ?? 0;
    for (const { path, bytes } of files.sort((a, b) => b.used - a.used)) {
      total += bytes;
      if (total > this.most.bytes) await removeFile(path);
    }
  }
}

function ifThere(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

interface CacheFile {
  readonly path: string;
  /** The first line without its checksum: the format, and a checksum of everything that determines the numbers. */
  readonly header: object;
  readonly size: number; // numbers of a vector
  readonly most: number;
}

async function readFile(file: CacheFile): Promise<Map<string, Float32Array> | undefined> {
  try {
    const bytes = await readBytes(file.path, HEADER_BYTES + file.most);
    await markUsed(file.path);
    return keptVectors(bytes, file);
  } catch (error) {
    return isAbsent(error) ? new Map() : undefined;
  }
}

const HEADER_BYTES = 1024; // maximum bytes of the first line
const KEY_BYTES = 32; // bytes of a SHA-256

/** A file of vectors: their keys, then their numbers in the machine's byte order. */
function keptFile(
  { header, size }: CacheFile,
  vectors: readonly (readonly [string, Float32Array])[],
): Uint8Array[] {
  const body = new Uint8Array(vectors.length * (KEY_BYTES + 4 * size));
  vectors.forEach(([key, vector], i) => {
    body.set(Uint8Array.fromHex(key), i * KEY_BYTES);
    body.set(float32Bytes(vector), vectors.length * KEY_BYTES + i * 4 * size);
  });
  return [new TextEncoder().encode(`${headLine(header, body)}\n`), body];
}

/** The vectors of a file by key; undefined unless the file has this header and is not damaged. */
function keptVectors(
  bytes: Uint8Array<ArrayBuffer>,
  { header, size }: CacheFile,
): Map<string, Float32Array> | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf("\n".charCodeAt(0));
  const body = bytes.subarray(end + 1);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  if (line !== headLine(header, body)) return undefined;
  const count = body.length / (KEY_BYTES + 4 * size);
  const numbers = new Float32Array(body.slice(count * KEY_BYTES).buffer);
  const vectors = new Map<string, Float32Array>();
  for (let i = 0; i < count; i++) {
    const key = body.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES).toHex();
    vectors.set(key, numbers.subarray(i * size, (i + 1) * size));
  }
  return vectors;
}

/** The first line, with a checksum by which damage is known. */
function headLine(header: object, body: Uint8Array): string {
  return JSON.stringify({ ...header, sha256: sha256Text(body) });
}
