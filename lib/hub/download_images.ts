/** Downloads images out of an archive on a server into a folder. */

import { join } from "node:path";
import { crc32 } from "node:zlib";
import { writeWhole } from "../disk/write_whole.ts";
import { NegscopeError } from "../errors.ts";
import { readBytes } from "../files/read_file.ts";
import { type ArchiveFile, findInArchive } from "./archive.ts";
import type { DownloadOptions } from "./attempts.ts";
import { type DataSource, shownUrl } from "./hosts.ts";

export interface ImageDownload extends DownloadOptions {
  readonly from: DataSource;
  /** The folder, which must exist. */
  readonly folder: string;
  /** Called for each image that is in the folder, with whether it was just downloaded. */
  readonly onImage?: (isNew: boolean) => void;
}

const AT_ONCE = 4; // requests

/**
 * Downloads images by name, except those that are already there with the archive's size and checksum, and counts the new ones. If the
 * archive lacks an image, the others are written before the error.
 */
export async function downloadImages(
  names: ReadonlySet<string>,
  options: ImageDownload,
): Promise<number> {
  const { from, folder, onImage, patience, signal } = options;
  const failed = new AbortController(); // one failure ends the other requests
  const { files, missing } = await findInArchive(from.url, names, {
    source: { allowed: from.allowed },
    ...(patience && { patience }),
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
    const address = shownUrl(from.url);
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
    const bytes = await readBytes(path, size);
    return bytes.length === size && crc32(bytes) === crc;
  } catch {
    return false; // writing it reports what is in the way
  }
}
