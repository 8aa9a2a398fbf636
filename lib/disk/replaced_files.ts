/** The files that a command replaces: all are checked before the first is removed, and only the command's own are. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { NegscopeError } from "../errors.ts";
import { fileNotWritten, linkInTheWay } from "./refusals.ts";

export interface ReplacedFile {
  readonly path: string;
  /** What the system says of it and of the folders that lead to it. */
  readonly stamps: ReadonlyMap<string, string>;
}

export interface ReplacedOptions {
  /** SHA-256 of files by name, as an earlier command recorded what it wrote. @default {none} */
  readonly recorded?: ReadonlyMap<string, string>;
  /** Whether the user has said that files of these names may be replaced, whatever is in them. @default {false} */
  readonly consented?: boolean;
  /** What to do about other files. @default {to move them away} */
  readonly fix?: string;
}

interface Obstacle {
  readonly name: string;
  readonly what: string;
  readonly isLink?: boolean;
}

/** Finds the files that have the names of a command's own, without changing anything. */
export async function findReplaced(
  folder: string,
  names: Iterable<string>,
  { recorded = new Map(), consented = false, fix = MOVE }: ReplacedOptions = {},
): Promise<ReplacedFile[]> {
  const files: ReplacedFile[] = [];
  const obstacles = new Map<string, Obstacle>();
  for (const name of new Set(names)) {
    const found = await examine(folder, name, consented ? "any" : recorded.get(name));
    if (found === undefined) continue;
    if ("path" in found) files.push(found);
    else obstacles.set(found.name, found);
  }
  if (obstacles.size === 0) return files;
  throw inTheWay(folder, [...obstacles.values()], fix);
}

const MOVE = "move that away, or choose another folder (--out)";

/** Removes files that {@linkcode findReplaced} has found, unless one of them, or a folder that leads to it, is no longer the same. */
export function removeReplaced(folder: string, files: readonly ReplacedFile[]): void {
  for (const { path, stamps } of files) {
    for (const [known, stamp] of stamps) { // at once before the removal, so that no other code runs in between
      if (stampAt(known) === stamp) continue;
      const name = path.slice(folder.length + 1);
      throw inTheWay(folder, [{ name, what: "changed meanwhile" }], MOVE);
    }
    try {
      Deno.removeSync(path);
    } catch (cause) {
      throw fileNotWritten(path, cause);
    }
  }
}

/** A file that may be removed, what is in the way instead, or undefined if the name is free. */
async function examine(
  folder: string,
  name: string,
  expected: string | undefined,
): Promise<ReplacedFile | Obstacle | undefined> {
  const stamps = new Map<string, string>();
  const parts = name.split("/");
  for (const [i] of parts.slice(1).entries()) {
    const above = parts.slice(0, i + 1).join("/");
    const info = infoOf(join(folder, above));
    if (info === undefined) return undefined;
    if (info.isSymlink) return { name: above, what: "a link", isLink: true };
    if (!info.isDirectory) return { name: above, what: "no folder" };
    stamps.set(join(folder, above), stampOf(info));
  }
  const path = `${folder}/${name}`;
  const info = infoOf(path);
  if (info === undefined) return undefined;
  if (info.isSymlink) return { name, what: "a link", isLink: true };
  if (!info.isFile) return { name, what: info.isDirectory ? "a folder" : "no file" };
  if (expected === undefined) return { name, what: "not known" };
  stamps.set(path, stampOf(info));
  if (expected === "any") return { path, stamps };
  const isOwn = await sha256Of(path, info) === expected;
  return isOwn ? { path, stamps } : { name, what: "changed since it was written" };
}

/** The SHA-256 of a file's bytes; undefined if it is no longer the file that was examined. */
async function sha256Of(path: string, info: Deno.FileInfo): Promise<string | undefined> {
  try {
    using file = await Deno.open(path);
    if (stampOf(await file.stat()) !== stampOf(info)) return undefined;
    const hash = createHash("sha256");
    const piece = new Uint8Array(1 << 20);
    for (let n = await file.read(piece); n !== null; n = await file.read(piece)) {
      hash.update(piece.subarray(0, n));
    }
    return hash.digest("hex");
  } catch (cause) {
    throw fileNotWritten(path, cause);
  }
}

function infoOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw fileNotWritten(path, cause);
  }
}

/** A stamp of a folder says which one it is, that of a file also whether it has changed. */
function stampOf({ dev, ino, size, mtime, isDirectory }: Deno.FileInfo): string {
  return isDirectory ? `${dev} ${ino}` : `${dev} ${ino} ${size} ${mtime?.getTime()}`;
}

function stampAt(path: string): string | undefined {
  try {
    return stampOf(Deno.lstatSync(path));
  } catch {
    return undefined; // it is gone, or can no longer be seen
  }
}

function inTheWay(folder: string, obstacles: readonly Obstacle[], fix: string): NegscopeError {
  const [first] = obstacles as [Obstacle];
  if (obstacles.length === 1 && first.isLink) return linkInTheWay(`${folder}/${first.name}`);
  const listed = obstacles.map(({ name, what }) =>
    what === "not known" ? name : `${name} (${what})`
  );
  return new NegscopeError("folder-taken", {
    problem: `Cannot write into "${folder}"`,
    reason: `it holds what is not known to be the kit's own: ${listed.join(", ")}`,
    fix,
  });
}
