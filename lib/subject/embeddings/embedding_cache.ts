/** Embeddings kept on disk from run to run, so that tasks on the same images and sentences embed them once. */

import { freeText } from "../../options/option.ts";
import { checkedValue } from "../../options/values.ts";
import { readBytes } from "../../files/read_file.ts";
import { sha256Text } from "../../files/sha256.ts";
import { markUsed } from "../../disk/own_file.ts";
import { removeFile } from "../../disk/remove.ts";
import { lockFolder } from "../../disk/folder_lock.ts";
import { writeWhole } from "../../disk/write_whole.ts";

/** Maximum bytes of all files of a cache; the least recently used files are removed first. */
const MOST_BYTES = 1 << 30;

/** Maximum bytes of one file; its oldest embeddings are removed first. */
const MOST_BYTES_PER_FILE = 1 << 28;

/** The first line of a file: its format, and what is checked before its embeddings are used. */
interface Header {
  readonly format: "negscope embeddings 1";
  /** Numbers in an embedding. */
  readonly size: number;
  /** Number of embeddings. */
  readonly count: number;
  /** SHA-256 of what follows the line. */
  readonly sha256: string;
}

/** A cache's files, and partial ones that a killed process left; earlier versions put the number of the process in the name. */
const FILE = /^(text|image)-[0-9a-f]{32}\.bin(\.\d+)?(\.partial)?$/;

/** Bytes of a key: a SHA-256. */
const KEY_BYTES = 32;

const FOLDER = {
  ...freeText({ placeholder: "FOLDER|none", help: "" }),
  expected: "a folder, or none",
};

/**
 * A folder of embeddings, one file for each tower. It can be deleted at any time; a damaged file counts as empty and is replaced.
 *
 * A file holds its keys, SHA-256 of an image file's bytes or of a sentence, and then its embeddings, float32 in the machine's byte order.
 */
export class EmbeddingCache {
  /** The folder; it is made when the first embedding is kept. */
  readonly folder: string;
  readonly #most: { readonly bytes: number; readonly bytesPerFile: number };

  /**
   * A cache in a folder, which need not exist.
   *
   * @param folder The folder.
   * @param most Maximum bytes of all files, and of one file. @default {1 GiB and 256 MiB}
   */
  constructor(
    folder: string,
    most: { readonly bytes: number; readonly bytesPerFile: number } = {
      bytes: MOST_BYTES,
      bytesPerFile: MOST_BYTES_PER_FILE,
    },
  ) {
    this.folder = folder;
    this.#most = most;
  }

  /**
   * The cache that an option chooses.
   *
   * @param folder A folder; none if it is `false` or `"none"`.
   * @throws {NegscopeError} If it is anything else.
   */
  static chosen(folder: string | false | undefined): EmbeddingCache | undefined {
    if (folder === undefined || folder === false || folder === "none") return undefined;
    return new EmbeddingCache(checkedValue("cache", folder, FOLDER)!);
  }

  /**
   * The embeddings of one tower.
   *
   * @param tower The tower's kind, and what determines its numbers: checksums of weights, tokeniser or preprocessing, and versions.
   * @param size Numbers in an embedding.
   */
  async open(
    { kind, from }: { readonly kind: "text" | "image"; readonly from: readonly string[] },
    size: number,
  ): Promise<CachedEmbeddings> {
    const path = `${this.folder}/${kind}-${sha256Text(JSON.stringify(from)).slice(0, 32)}.bin`;
    const known = await readEmbeddings(path, size);
    const most = Math.floor(this.#most.bytesPerFile / (KEY_BYTES + 4 * size));
    return new CachedEmbeddings(known, async (embeddings) => {
      using _held = await lockFolder(this.folder, { wait: true, flag: "--cache" }); // other processes add too
      const all = new Map([...await readEmbeddings(path, size), ...embeddings]);
      await writeWhole(path, encode([...all].slice(-most), size));
      await this.#dropOldest(path);
    });
  }

  /** Removes the least recently used files until the rest is within the limit. */
  async #dropOldest(current: string): Promise<void> {
    const files: { path: string; bytes: number; used: number }[] = [];
    for await (const { name, isFile } of Deno.readDir(this.folder)) {
      const path = `${this.folder}/${name}`;
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

/** The embeddings of one tower: those on disk and those that were added. */
export class CachedEmbeddings {
  readonly #known: Map<string, Float32Array>;
  readonly #write: (embeddings: ReadonlyMap<string, Float32Array>) => Promise<void>;
  #added = false;

  /** Made by {@linkcode EmbeddingCache.open}. */
  constructor(
    known: Map<string, Float32Array>,
    write: (embeddings: ReadonlyMap<string, Float32Array>) => Promise<void>,
  ) {
    this.#known = known;
    this.#write = write;
  }

  /**
   * An embedding.
   *
   * @param key SHA-256 in hexadecimal of what is embedded.
   */
  get(key: string): Float32Array | undefined {
    return this.#known.get(key);
  }

  /** Adds an embedding; {@linkcode save} writes it. */
  add(key: string, embedding: Float32Array): void {
    if (this.#known.has(key)) return;
    this.#known.set(key, embedding.slice());
    this.#added = true;
  }

  /**
   * Writes the added embeddings, completely or not at all.
   *
   * @returns The error if they could not be written, which does not end a run; otherwise undefined.
   */
  async save(): Promise<Error | undefined> {
    if (!this.#added) return undefined;
    try {
      await this.#write(this.#known);
      this.#added = false;
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** Ignores the error for a file that no longer exists. */
function ifThere(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The embeddings of a file; none if it is missing, damaged or for another size. */
async function readEmbeddings(path: string, size: number): Promise<Map<string, Float32Array>> {
  const embeddings = new Map<string, Float32Array>();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readBytes(path, MOST_BYTES_PER_FILE);
    await markUsed(path);
  } catch {
    return embeddings; // the embeddings are computed again
  }
  const end = bytes.indexOf("\n".charCodeAt(0));
  const header = parseHeader(bytes.subarray(0, Math.max(0, end)));
  const body = bytes.subarray(end + 1);
  const isWhole = header?.size === size && body.length === header.count * (KEY_BYTES + 4 * size) &&
    sha256Text(body) === header.sha256;
  if (!isWhole) return embeddings;
  const vectors = new Float32Array(body.slice(header.count * KEY_BYTES).buffer);
  for (let i = 0; i < header.count; i++) {
    const key = body.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES).toHex();
    embeddings.set(key, vectors.subarray(i * size, (i + 1) * size));
  }
  return embeddings;
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const header: Header = JSON.parse(new TextDecoder().decode(bytes));
    return header.format === "negscope embeddings 1" ? header : undefined;
  } catch {
    return undefined;
  }
}

function encode(
  embeddings: readonly (readonly [string, Float32Array])[],
  size: number,
): Uint8Array {
  const count = embeddings.length;
  const body = new Uint8Array(count * (KEY_BYTES + 4 * size));
  embeddings.forEach(([key, vector], i) => {
    body.set(Uint8Array.fromHex(key), i * KEY_BYTES);
    const { buffer, byteOffset, byteLength } = vector;
    body.set(
      new Uint8Array(buffer, byteOffset, byteLength),
      count * KEY_BYTES + i * 4 * size,
    );
  });
  const header: Header = { format: "negscope embeddings 1", size, count, sha256: sha256Text(body) };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const file = new Uint8Array(line.length + body.length);
  file.set(line);
  file.set(body, line.length);
  return file;
}
