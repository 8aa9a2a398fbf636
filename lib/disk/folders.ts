/** Makes folders. */

import { dirname, join } from "node:path";
import { NegscopeError } from "../errors.ts";
import { folderNotWritable } from "./refusals.ts";

/** Makes a folder and those above it, as far as they do not exist; `flag` names the folder in messages. */
export async function makeFolder(
  path: string,
  { flag }: { readonly flag?: string } = {},
): Promise<void> {
  await Deno.mkdir(path, { recursive: true }).catch((cause) => {
    throw folderNotWritable(path, cause, flag);
  });
}

/** Refuses a link in place of a folder or a file that the kit names itself: it may lead to what is another's. */
export async function refuseLink(path: string): Promise<void> {
  const { isSymlink } = await Deno.lstat(path).catch(() => ({ isSymlink: false }));
  if (!isSymlink) return;
  throw new NegscopeError("link-in-the-way", {
    problem: `Cannot write "${path}"`,
    reason: "it is a link, and the kit writes only into its own files",
    fix: "remove the link, or choose another folder",
  });
}

/** Refuses links below a folder on the way to a path in it, see {@linkcode refuseLink}. */
export async function refuseLinks(folder: string, path: string): Promise<void> {
  for (let each = path; each.startsWith(join(folder, "/")); each = dirname(each)) {
    await refuseLink(each);
  }
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
