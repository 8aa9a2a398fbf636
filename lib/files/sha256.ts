import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import type { FileDigest } from "../reading/path.ts";
import { sha256Text } from "../reading/sha256.ts";
import { fileStamp, OpenedFile } from "./read_file.ts";
import { createHash } from "node:crypto";

/** The most bytes that are read for a checksum: more than any weights or tables have, and an end to a file that is mostly a hole. */
const MOST_BYTES = 2 ** 38;

/** The SHA-256 of a file's bytes, read in pieces: memory stays at 1 MiB whatever the file's size. */
export async function sha256File(path: string): Promise<string> {
  try {
    using file = new OpenedFile(path);
    file.checkSize(MOST_BYTES);
    return await sha256Of(file);
  } catch (cause) {
    throw unreadableFile({ doing: "read", path, cause, fix: "check that file" });
  }
}

/** The SHA-256 of an open file's bytes, see {@linkcode sha256File}. */
async function sha256Of(file: OpenedFile): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of file.pieces()) hash.update(piece);
  return hash.digest("hex");
}

/** The SHA-256 of a file's bytes. Returns 64 hexadecimal digits in lower case; undefined if there is no such file. */
export async function sha256IfFile(path: string): Promise<string | undefined> {
  const { isFile } = await Deno.stat(path).catch(() => ({ isFile: false }));
  return isFile ? await sha256File(path) : undefined;
}

/** The SHA-256 of each of many files by name; by default each file is read. */
export async function sha256Each(
  files: ReadonlyMap<string, string>,
  digest: (path: string) => Promise<string> = sha256File,
): Promise<Map<string, string>> {
  const checksums = new Map<string, string>();
  for (const [name, path] of files) checksums.set(name, await digest(path));
  return checksums;
}

/** One checksum for many files: the SHA-256 of the lines `SHA-256 of a file, two spaces, its name`, in the order of the names. */
export function sha256Together(checksums: ReadonlyMap<string, string>): string {
  const names = [...checksums.keys()].sort();
  return sha256Text(names.map((name) => `${checksums.get(name)}  ${onOneLine(name)}\n`).join(""));
}

/** A name as it is unless it has a line break, so that no name looks like two lines. */
function onOneLine(name: string): string {
  return /[\n\\]/.test(name) ? JSON.stringify(name) : name;
}

/** A file with its checksum; its name is relative to the folder, by default its own. */
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

interface KnownDigest {
  readonly stamp: string;
  readonly sha256: string;
}

/** Keeps the SHA-256 of each file as long as its stamp stays the same. */
export class KnownDigests {
  readonly known: Map<string, KnownDigest>; // by path. They can be sent to another thread
  readonly #mayChange: boolean;

  /** Begins with what is known. `options`: whether a known file may change; if not, one that has changed is refused. @default {it may} */
  constructor(
    known: ReadonlyMap<string, KnownDigest> = new Map(),
    { mayChange = true }: { readonly mayChange?: boolean } = {},
  ) {
    this.known = new Map(known);
    this.#mayChange = mayChange;
  }

  /** The SHA-256 of a file, read only if it was not or has changed since. */
  async of(path: string): Promise<string> {
    const stamp = await fileStamp(path).catch(() => undefined); // whose error sha256File tells better
    const known = this.known.get(path);
    if (known !== undefined && known.stamp === stamp) return known.sha256;
    if (known !== undefined && !this.#mayChange) throw fileChanged(path);
    const sha256 = await sha256File(path);
    if (stamp !== undefined) this.known.set(path, { stamp, sha256 });
    return sha256;
  }
}

export function fileChanged(path: string): NegscopeError {
  return new NegscopeError("file-changed", {
    problem: `Cannot use "${path}"`,
    reason: "it has changed since the run began",
    fix: "run the same command again",
  });
}

/** A number of bytes in the unit that suits it, 1 MB being 10^6 bytes: `316 bytes`, `4.19 kB`, `605 MB`, `1.71 GB`. */
export function sizeText(bytes: number): string {
  const units = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"]] as const;
  for (const [unit, name] of units) {
    // 999.6 kB would be printed as 1000 kB
    if (bytes >= 0.9995 * unit && bytes >= 1000) return `${threeDigits(bytes / unit)} ${name}`;
  }
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}

function threeDigits(value: number): string {
  return value < 9.995 ? value.toFixed(2).replace(/0$/, "") : value.toFixed(value < 99.95 ? 1 : 0);
}
