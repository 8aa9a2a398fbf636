/** Checksums of everything that determines a run's numbers. */

import type { FileDigest } from "../reading/sources.ts";
import { sha256File } from "./sha256.ts";

/**
 * A file with its checksum.
 *
 * @param path The file.
 * @param folder The folder that its name is relative to. @default {its own}
 * @param digest The SHA-256 of a file. @default {it is read}
 */
export async function digestFile(
  path: string,
  folder?: string,
  digest: (path: string) => Promise<string> = sha256File,
): Promise<FileDigest> {
  const file = folder !== undefined && path.startsWith(`${folder}/`)
    ? path.slice(folder.length + 1)
    : path.replace(/^.*[/\\]/, "");
  return { file, sha256: await digest(path) };
}
