/** Checksums of the files that a run reads. */

import { createHash } from "node:crypto";
import { unreadableFile } from "../errors.ts";
import { OpenedFile } from "./opened_file.ts";

/** The most bytes that are read for a checksum: more than any weights or tables have, and an end to a file that is mostly a hole. */
const MOST_BYTES = 2 ** 38;

/**
 * The SHA-256 of a file's bytes, read in pieces: memory stays at 1 MiB whatever the file's size.
 *
 * @param path The file.
 * @returns 64 hexadecimal digits in lower case.
 * @throws {NegscopeError} If it cannot be read, is not a file, or has more than 256 GiB.
 */
export async function sha256File(path: string): Promise<string> {
  try {
    using file = new OpenedFile(path);
    file.checkSize(MOST_BYTES);
    return await sha256Of(file);
  } catch (cause) {
    throw unreadableFile({ doing: "read", path, cause, fix: "check that file" });
  }
}

/**
 * The SHA-256 of an open file's bytes, see {@linkcode sha256File}.
 *
 * @param file The file.
 * @throws {Error} The system's, if it cannot be read.
 */
export async function sha256Of(file: OpenedFile): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of file.pieces()) hash.update(piece);
  return hash.digest("hex");
}

/**
 * The SHA-256 of a file's bytes.
 *
 * @param path The file.
 * @returns 64 hexadecimal digits in lower case; undefined if there is no such file.
 */
export async function sha256IfFile(path: string): Promise<string | undefined> {
  const { isFile } = await Deno.stat(path).catch(() => ({ isFile: false }));
  return isFile ? await sha256File(path) : undefined;
}

/**
 * The SHA-256 of each of many files.
 *
 * @param files Paths by name.
 * @param digest The SHA-256 of a file. @default {it is read}
 * @returns Checksums by name, in the order of the files.
 */
export async function sha256Each(
  files: ReadonlyMap<string, string>,
  digest: (path: string) => Promise<string> = sha256File,
): Promise<Map<string, string>> {
  const checksums = new Map<string, string>();
  for (const [name, path] of files) checksums.set(name, await digest(path));
  return checksums;
}

/**
 * One checksum for many files: the SHA-256 of the lines `SHA-256 of a file, two spaces, its name`, in the order of the names. A name with
 * a line break is quoted.
 *
 * @param checksums The checksum of each file by its name.
 * @returns 64 hexadecimal digits in lower case.
 */
export function sha256Together(checksums: ReadonlyMap<string, string>): string {
  const names = [...checksums.keys()].sort();
  return sha256Text(names.map((name) => `${checksums.get(name)}  ${onOneLine(name)}\n`).join(""));
}

/** A name as it is unless it has a line break, so that no name looks like two lines. */
function onOneLine(name: string): string {
  return /[\n\\]/.test(name) ? JSON.stringify(name) : name;
}

/** The SHA-256 of a text in UTF-8, or of bytes. */
export function sha256Text(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
