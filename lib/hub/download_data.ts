/** Downloads the data of experiments from their authors' servers: VALSE, CANNOT and benchmarks, checked before anything is written, and the images of an archive. */

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { parsePairs } from "../data/read.ts";
import { writeWhole } from "../files/write_whole.ts";
import { NegscopeError } from "../errors/errors.ts";
import { readBytes as readFileBytes } from "../files/read_file.ts";
import { type ArchiveFile, findInArchive } from "./archive.ts";
import { type DownloadOptions, readBytes } from "./request.ts";
import { type BenchmarkSet, type SetFile, shownUrl } from "./hosts.ts";
import { checksumOf } from "./repository.ts";

const LIMIT = 1 << 26; // bytes of a file; CANNOT has 10 million

export async function fetchValse(
  url: URL,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const bytes = await readBytes(url, { ...options, limit: LIMIT });
  const { rows } = parsePairs(new TextDecoder().decode(bytes), {
    source: shownUrl(url),
    protocol: "standard",
  });
  return { bytes, rows };
}

/** The file of CANNOT, its rows, and how many of them have the word "no" before a noun and so a twin. */
export async function fetchCannot(
  file: KnownFile,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number; readonly usable: number }> {
  const bytes = await fetchKnown(file, options);
  const how = { source: shownUrl(file.url), protocol: "all", skipBad: true } as const;
  const { rows, pairs } = parsePairs(new TextDecoder().decode(bytes), how);
  return { bytes, rows, usable: pairs.length };
}

/** A file of a benchmark, whose content must be the one that this kit knows. */
export async function fetchSetFile(
  { folder }: Pick<BenchmarkSet, "folder">,
  [name, , gitSha1]: SetFile,
  options: DownloadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await fetchKnown({ url: new URL(name, folder), gitSha1 }, options);
}

interface KnownFile {
  readonly url: URL;
  readonly gitSha1: string;
}

async function fetchKnown(
  { url, gitSha1 }: KnownFile,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(url, { ...options, limit: LIMIT });
  const found = checksumOf(bytes, "git");
  if (found === gitSha1) return bytes;
  throw new NegscopeError("download-differs", {
    problem: `Cannot use "${shownUrl(url)}"`,
    reason: `git's SHA-1 of it is ${found}`,
    expected: gitSha1,
    fix: "try again, or fetch the file by hand",
  });
}

interface ImageDownload extends DownloadOptions {
  readonly from: URL;
  readonly folder: string; // folder, which must exist
  /** Called for each image that is in the folder, with whether it was just downloaded. */
  readonly onImage?: (isNew: boolean) => void;
}

const AT_ONCE = 4; // requests

/** Downloads images by name, except those that are there already. If the archive lacks an image, the others are written before the error. */
export async function downloadImages(
  names: ReadonlySet<string>,
  options: ImageDownload,
): Promise<number> {
  const { from, folder, onImage, patience, signal } = options;
  const failed = new AbortController(); // one failure ends the other requests
  const { files, missing } = await findInArchive(from, names, {
    patience,
    signal: signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]),
  });
  const waiting = files.values();
  let fresh = 0;

  async function takeTurns(): Promise<void> {
    for (const file of waiting) {
      const path = join(folder, file.name);
      const isNew = !await isThere(path, file);
      if (isNew) {
        await writeWhole(path, await file.read());
        fresh++;
      }
      onImage?.(isNew);
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns)).catch((error: unknown) => {
    failed.abort();
    throw error;
  });
  if (missing.length > 0) {
    const names = missing.slice(0, 3).map((name) => `"${name}"`).join(", ");
    const others = missing.length > 3 ? ` and ${missing.length - 3} others` : "";
    const address = shownUrl(from);
    throw new NegscopeError("archive-unreadable", {
      problem: `Cannot find ${names}${others} in "${address}"`,
      subject: address,
      reason: "the archive lacks images that --data names",
      fix: "check that both belong together; the other images are written",
    });
  }
  return fresh;
}

async function isThere(path: string, { size, crc }: ArchiveFile): Promise<boolean> {
  try {
    const bytes = await readFileBytes(path, size);
    return bytes.length === size && crc32(bytes) === crc;
  } catch {
    return false; // writing it reports what is in the way
  }
}
