/** Embeddings kept on disk from run to run, so that tasks on the same images and sentences embed them once. */

import type { KeptStore } from "../study/embeddings.ts";
import { lockFolder, makeFolder } from "../files/folders.ts";
import { markUsed, removeFile, writeWhole } from "../files/write_whole.ts";
import { readBytes } from "../files/read_file.ts";
import { isAbsent } from "../reading/files.ts";
import { sha256Text } from "../reading/sha256.ts";
import { freeText } from "../options/option.ts";
import { checkedValue } from "../options/values.ts";
import { ownFolder } from "../files/kit_files.ts";
import { isUnit } from "../engine/run/hooked_run.ts";

/** Maximum bytes of all files of a cache; the least recently used files are removed first. */
const MOST_BYTES = 1 << 30;

/** Maximum bytes of one file; its oldest embeddings are removed first. */
const MOST_BYTES_PER_FILE = 1 << 28;

/** A cache's files, and partial ones that a killed process left; earlier versions put the number of the process in the name. */
const FILE = /^(text|image|random)-[0-9a-f]{32}\.bin(\.\d+)?(\.partial)?$/;

const FOLDER = {
  ...freeText({ placeholder: "FOLDER|none", help: "" }),
  expected: "a folder, or none",
};

export interface CacheOptions {
  /** Maximum bytes of all files, and of one file. @default {1 GiB and 256 MiB} */
  readonly most?: { readonly bytes: number; readonly bytesPerFile: number };
}

/** A folder of embeddings, one file for each tower. It can be deleted at any time; a file that is damaged is not used and is replaced. */
export class EmbeddingCache {
  readonly #folder: string | undefined;
  readonly #most: NonNullable<CacheOptions["most"]>;

  /** A cache in a folder, by default `embeddings` in the user's own folder; it need not exist. */
  constructor(
    folder?: string,
    { most = { bytes: MOST_BYTES, bytesPerFile: MOST_BYTES_PER_FILE } }: CacheOptions = {},
  ) {
    this.#folder = folder;
    this.#most = most;
  }

  /** The cache that an option chooses: a folder; the user's own if it is `true`; none if it is `false`, `"none"` or undefined. */
  static chosen(folder: string | boolean | undefined): EmbeddingCache | undefined {
    if (folder === undefined || folder === false || folder === "none") return undefined;
    if (folder === true) return new EmbeddingCache();
    return new EmbeddingCache(checkedValue("cache", folder, FOLDER)!);
  }

  async open({ kind, from }: {
    readonly kind: "text" | "image";
    /** What determines its numbers: checksums of weights, tokeniser or preprocessing, and code; versions. */
    readonly from: readonly string[];
  }, size: number): Promise<KeptStore> {
    const folder = this.#folder ?? `${ownFolder()}/embeddings`;
    const tower = sha256Text(JSON.stringify([kind, ...from]));
    const path = `${folder}/${kind}-${tower.slice(0, 32)}.bin`;
    const most = this.#most.bytesPerFile;
    const file = { path, header: { format: "negscope embeddings 3", size, tower }, most };
    const known = await readFile(file);
    const vectors = known ?? new Map<string, Float32Array>();
    const write = async () => {
      await makeFolder(folder, { flag: "--cache" });
      using _held = await lockFolder(folder, { wait: true, flag: "--cache" }); // other processes add too
      const there = await readFile(file);
      const all = newest([...new Map([...there ?? [], ...vectors])], most);
      await writeWhole(path, keptFile(file.header, all));
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
      if (total > this.#most.bytes) await removeFile(path);
    }
  }
}

function ifThere(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The vectors that were added last, as many as a file may have. */
function newest(
  all: readonly (readonly [string, Float32Array])[],
  most: number,
): readonly (readonly [string, Float32Array])[] {
  let first = all.length;
  for (let bytes = 0; first > 0; first--) {
    bytes += PLACE_BYTES + all[first - 1]![1].byteLength;
    if (bytes > most) break;
  }
  return all.slice(first);
}

async function readFile(
  { path, most, header }: {
    readonly path: string;
    /** The first line without its checksum: the format, and a checksum of everything that determines the numbers. */
    readonly header: object;
    readonly most: number;
  },
): Promise<Map<string, Float32Array> | undefined> {
  try {
    const bytes = await readBytes(path, HEADER_BYTES + most + 4);
    await markUsed(path);
    const vectors = keptVectors(bytes, header);
    return vectors?.values().every(isUnit) ? vectors : undefined;
  } catch (error) {
    return isAbsent(error) ? new Map() : undefined;
  }
}

const HEADER_BYTES = 1024; // maximum bytes of the first line
const KEY_BYTES = 32; // bytes of a SHA-256
const PLACE_BYTES = KEY_BYTES + 4; // bytes of a key with the count of its numbers

/** A file with vectors by keys in hexadecimal, in the machine's byte order. */
function keptFile(
  header: object,
  vectors: readonly (readonly [string, Float32Array])[],
): Uint8Array {
  const numbers = vectors.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
  const body = new Uint8Array(4 + vectors.length * PLACE_BYTES + numbers);
  const view = new DataView(body.buffer);
  view.setUint32(0, vectors.length);
  let to = 4 + vectors.length * PLACE_BYTES;
  vectors.forEach(([key, { buffer, byteOffset, byteLength, length }], i) => {
    const place = 4 + i * PLACE_BYTES;
    body.set(Uint8Array.fromHex(key), place);
    view.setUint32(place + KEY_BYTES, length);
    body.set(new Uint8Array(buffer, byteOffset, byteLength), to);
    to += byteLength;
  });
  const line = new TextEncoder().encode(`${headLine(header, body)}\n`);
  const file = new Uint8Array(line.length + body.length);
  file.set(line);
  file.set(body, line.length);
  return file;
}

/** The vectors of a file by key; undefined unless the file has this header and is not damaged. */
function keptVectors(
  bytes: Uint8Array<ArrayBuffer>,
  header: object,
): Map<string, Float32Array> | undefined {
  const end = bytes.subarray(0, HEADER_BYTES).indexOf("\n".charCodeAt(0));
  const body = bytes.subarray(end + 1);
  const line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
  if (line !== headLine(header, body)) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getUint32(0);
  const numbers = new Float32Array(body.slice(4 + count * PLACE_BYTES).buffer);
  const vectors = new Map<string, Float32Array>();
  let from = 0;
  for (let i = 0; i < count; i++) {
    const place = 4 + i * PLACE_BYTES;
    const length = view.getUint32(place + KEY_BYTES);
    const key = body.subarray(place, place + KEY_BYTES).toHex();
    vectors.set(key, numbers.subarray(from, from += length));
  }
  return vectors;
}

/** The first line, with a checksum by which damage is known. */
function headLine(header: object, body: Uint8Array): string {
  return JSON.stringify({ ...header, sha256: sha256Text(body) });
}
