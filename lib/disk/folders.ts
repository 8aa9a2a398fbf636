/** Makes folders, and makes what is in them last. */

import { folderNotWritable, linkInTheWay } from "./refusals.ts";
import { join, relative, sep } from "node:path";

export interface FolderOptions {
  /** A folder above it: nothing below this one may be a link, which would lead out of it. @default {the folder itself} */
  readonly within?: string;
  /** The flag that names the folder, for messages. @default {"--out"} */
  readonly flag?: string;
}

/** Makes a folder and those above it, as far as they do not exist. */
export async function makeFolder(
  path: string,
  { within = path, flag }: FolderOptions = {},
): Promise<void> {
  try {
    await Deno.mkdir(within, { recursive: true });
    for (const folder of foldersBelow(within, path)) {
      if (await isLink(folder)) throw linkInTheWay(folder);
      await Deno.mkdir(folder, { recursive: true });
    }
  } catch (cause) {
    throw folderNotWritable(path, cause, flag);
  }
}

/** The folders on the way from one to another below it, the last included. */
export function foldersBelow(within: string, path: string): string[] {
  const names = relative(within, path).split(sep).filter((name) => name !== "");
  return names.map((_, i) => join(within, ...names.slice(0, i + 1)));
}

/** Refuses a folder if it, or one on the way to it, is a link. */
export async function refuseLinks(within: string, path: string): Promise<boolean> {
  for (const folder of foldersBelow(within, path)) {
    const info = await Deno.lstat(folder).catch((cause) => {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw folderNotWritable(folder, cause);
    });
    if (info === undefined) return false;
    if (info.isSymlink) throw linkInTheWay(folder);
    if (!info.isDirectory) throw folderNotWritable(folder, new Error("a file is in the way"));
  }
  return true;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await Deno.lstat(path)).isSymlink;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Puts the names in a folder on the disk, so that files written whole outlive a power cut; not on Windows, which opens no folders. */
export async function settleFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}

/** A new folder among the system's temporary ones; disposing of it removes it with its content. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await Deno.makeTempDir({ prefix: "negscope_" }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
