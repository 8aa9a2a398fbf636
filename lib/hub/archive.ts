/** Reads single files out of a zip archive on a server: only the archive's directory and the bytes of these files are requested. */

import { type FileEntry, Reader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import { firstLine, NegscopeError } from "../errors/errors.ts";
import {
  collect,
  type DownloadOptions,
  receive,
  shownUrl,
  TransientError,
  withPatience,
} from "./request.ts";

interface ArchiveFile {
  readonly name: string;
  readonly size: number; // bytes, unpacked
  readonly crc: number; // CRC-32 of its bytes
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

const LARGEST = 1 << 24; // bytes: the limit for an image; several are read at once
const HEADER = 1 << 17; // bytes: a zip entry's header with its longest name and extra fields

/** Finds files in an archive by their names. Returns the files in the order of the archive, and the names that it lacks, in the order given. */
export async function findInArchive(
  url: URL,
  names: Iterable<string>,
  options: DownloadOptions,
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
      archiveUnreadable(address, `it is no proper zip archive: ${firstLine(error)}`, error);
  }
  offsets.sort((a, b) => a - b);
  const entryEnds = new Map(offsets.map((offset, i) => [offset, offsets[i + 1] ?? remote.size]));
  const files: ArchiveFile[] = [];
  for (const entry of named.sort((a, b) => a.offset - b.offset)) {
    const name = baseName(entry);
    if (!wanted.delete(name)) continue;
    const { uncompressedSize: size, signature: crc = 0 } = entry;
    if (Math.max(size, entry.compressedSize) > LARGEST) {
      throw archiveUnreadable(address, `"${entry.filename}" is too large for an image`);
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

async function unpack(entry: FileEntry): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const how = { useWebWorkers: false, checkSignature: true };
    return await entry.getData(new Uint8ArrayWriter(), how);
  } catch (cause) {
    throw new TransientError(`"${entry.filename}" came damaged: ${firstLine(cause)}`, { cause });
  }
}

function archiveUnreadable(address: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("archive-unreadable", {
    problem: `Cannot read the archive "${address}"`,
    reason,
    fix: "try again later, or download and unpack it yourself and give its folder with --images",
    cause,
  });
}

/** Reads an archive by ranges; a part that is held is not requested again. */
class RemoteReader extends Reader<URL> {
  failure: unknown;
  readonly #held = new Map<number, Uint8Array<ArrayBuffer>>();

  constructor(private readonly address: URL, private readonly options: DownloadOptions) {
    super(address);
  }

  override async init(): Promise<void> {
    await this.#patientPart(0, 1); // gives the size
    await super.init?.();
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(index + length, this.size);
    for (const [start, bytes] of this.#held) {
      if (start <= index && end <= start + bytes.length) {
        return bytes.slice(index - start, end - start);
      }
    }
    return await this.#patientPart(index, end);
  }

  /** Requests a part once and keeps it until the returned value is disposed of. */
  async hold(start: number, end: number): Promise<Disposable> {
    this.#held.set(start, await this.#part(start, end));
    return { [Symbol.dispose]: () => void this.#held.delete(start) };
  }

  async #patientPart(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const ask = () => this.#part(start, end);
    try {
      return await withPatience(shownUrl(this.address), ask, this.options);
    } catch (error) {
      throw this.failure = error;
    }
  }

  async #part(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const headers = { range: `bytes=${start}-${end - 1}` };
    return await receive(this.address, { ...this.options, headers }, async (answer, bytes) => {
      if (answer.status === 200) {
        const reason = "its server does not send parts of a file";
        throw archiveUnreadable(shownUrl(this.address), reason);
      }
      const range = answer.headers.get("content-range") ?? "none";
      const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(range) ?? [];
      if (Number(from) !== start) throw new TransientError(`the server sends the range "${range}"`);
      this.size = Number(total);
      const part = await collect(answer, bytes, end - start);
      if (part.length === end - start) return part;
      throw new TransientError(`the connection ended after ${part.length} of ${end - start} bytes`);
    });
  }
}
