/** Reads single files out of a zip archive on a server: only the archive's directory and the bytes of these files are requested. */

import { crc32, inflateRawSync } from "node:zlib";
import { type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { codeOf, NegscopeError } from "../errors/errors.ts";
import {
  collect,
  type DownloadOptions,
  receive,
  type Source,
  TransientError,
  withPatience,
} from "./request.ts";
import { CHECK_NETWORK, shownUrl } from "./hosts.ts";

export interface ArchiveFile {
  readonly name: string;
  readonly size: number; // bytes, unpacked
  readonly crc: number; // CRC-32 of its bytes
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const LARGEST = 1 << 24; // bytes: the limit for an image, packed and unpacked; several are read at once
const DIRECTORY = 1 << 23; // bytes: Visual7W's has about 5 MB for 47,300 images
const HEADER = 1 << 17; // bytes: a zip entry's header with its longest name and extra fields
const PACKED = { useWebWorkers: false, passThrough: true } as const; // few bytes can unpack to gigabytes
const [STORED, DEFLATED] = [0, 8]; // the methods that every program writes

/** Finds files in an archive by their names. Returns the files in the order of the archive, and the names that it lacks, in the order given. */
export async function findInArchive(
  url: URL,
  names: Iterable<string>,
  options: DownloadOptions & { readonly source: Source },
): Promise<{ readonly files: ArchiveFile[]; readonly missing: string[] }> {
  const address = shownUrl(url);
  const remote = new RemoteReader(url, options);
  const requested = [...names];
  const wanted = new Set(requested);
  const named: FileEntry[] = [];
  const offsets: number[] = []; // an archive has many more entries than are wanted, and each takes kilobytes
  try {
    for await (const entry of new ZipReader(remote).getEntriesGenerator()) {
      offsets.push(entry.offset);
      if (!entry.directory && wanted.has(baseName(entry))) named.push(entry);
    }
  } catch (error) {
    throw remote.failure ??
      archiveUnreadable(address, `it is no proper zip archive, ${reasonOf(error)}`, error);
  }
  offsets.sort((a, b) => a - b);
  const entryEnds = new Map(offsets.map((offset, i) => [offset, offsets[i + 1] ?? remote.size]));
  const files: ArchiveFile[] = [];
  for (const entry of named.sort((a, b) => a.offset - b.offset)) {
    const name = baseName(entry);
    if (!wanted.delete(name)) continue;
    const { uncompressedSize: size, signature: crc = 0 } = entry;
    const isPlain = [STORED, DEFLATED].includes(entry.compressionMethod) && !entry.encrypted;
    if (!isPlain || Math.max(size, entry.compressedSize) > LARGEST) {
      const reason = `"${entry.filename}" is encrypted, too large, or packed by a rare method`;
      throw archiveUnreadable(address, reason);
    }
    const end = Math.min(
      entryEnds.get(entry.offset)!,
      entry.offset + HEADER + entry.compressedSize,
    );
    const read = () =>
      withPatience(address, async () => {
        using _held = await remote.hold(entry.offset, end);
        return await unpack(entry);
      }, options);
    files.push({ name, size, crc, read });
  }
  return { files, missing: requested.filter((name) => wanted.has(name)) };
}

function baseName({ filename }: FileEntry): string {
  return filename.split("/").at(-1)!;
}

/** The bytes of a file. No more of them are unpacked than the archive's directory says. */
async function unpack(entry: FileEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { filename, compressionMethod: method, uncompressedSize: size, signature: crc = 0 } = entry;
  try {
    const packed = await entry.getData(new Uint8ArrayWriter(), PACKED);
    const bytes = method === STORED ? packed : inflated(packed, size);
    if (bytes.length === size && crc32(bytes) === crc) return bytes;
    throw new Error("its size or checksum is not that of the archive's directory");
  } catch (error) {
    const why = `"${filename}" came damaged, ${reasonOf(error)}`;
    throw new TransientError(why, { cause: error });
  }
}

function inflated(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) }));
  } catch (error) {
    if (codeOf(error) !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error(`it unpacks to more than ${size} bytes`, { cause: error });
  }
}

function archiveUnreadable(address: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("archive-unreadable", {
    problem: `Cannot read the archive "${address}"`,
    reason,
    fix: "try again later, or unpack it yourself and give its folder with --images",
    cause,
  });
}

function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** Reads an archive by ranges; a part that is held is not requested again. */
class RemoteReader extends Reader<URL> {
  failure: unknown;
  readonly #url: URL;
  readonly #options: DownloadOptions & { readonly source: Source };
  readonly #held = new Map<number, Uint8Array<ArrayBuffer>>();
  #tag: string | null = null;

  constructor(url: URL, options: DownloadOptions & { readonly source: Source }) {
    super(url);
    this.#url = url;
    this.#options = options;
  }

  override async init(): Promise<void> {
    await this.#patientPart(0, 1, CHECK_NETWORK); // gives the size
    await super.init?.();
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(index + length, this.size);
    for (const [start, bytes] of this.#held) {
      if (start <= index && end <= start + bytes.length) {
        return bytes.slice(index - start, end - start);
      }
    }
    if (length > DIRECTORY) {
      this.failure = archiveUnreadable(
        shownUrl(this.#url),
        `its directory claims ${length} bytes, where ${DIRECTORY} are allowed`,
      );
      throw this.failure;
    }
    return await this.#patientPart(index, end);
  }

  /** Requests a part once and keeps it until the returned value is disposed of. */
  async hold(start: number, end: number): Promise<Disposable> {
    this.#held.set(start, await this.#part(start, end));
    return { [Symbol.dispose]: () => void this.#held.delete(start) };
  }

  async #patientPart(
    start: number,
    end: number,
    ifUnanswered?: string,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const ask = () => this.#part(start, end);
    try {
      return await withPatience(shownUrl(this.#url), ask, { ...this.#options, ifUnanswered });
    } catch (error) {
      throw this.failure = error;
    }
  }

  async #part(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const address = shownUrl(this.#url);
    const headers = { range: `bytes=${start}-${end - 1}` };
    return await receive(this.#url, { ...this.#options, headers }, async (answer, bytes) => {
      if (answer.status === 200) {
        throw new NegscopeError("archive-unreadable", {
          problem: `Cannot read single images out of "${address}"`,
          reason: "its server does not send parts of a file",
          fix: "download it yourself, unpack it, and give its folder with --images",
        });
      }
      const range = answer.headers.get("content-range") ?? "none";
      const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(range) ?? [];
      if (Number(from) !== start) throw new TransientError(`the server sends the range "${range}"`);
      const tag = answer.headers.get("etag");
      if (this.size > 0 && (tag !== this.#tag || Number(total) !== this.size)) {
        throw archiveUnreadable(address, "it changed on the server meanwhile");
      }
      this.#tag = tag;
      this.size = Number(total);
      const part = await collect(answer, bytes, end - start);
      if (part.length === end - start) return part;
      throw new TransientError(`the connection ended after ${part.length} of ${end - start} bytes`);
    });
  }
}
