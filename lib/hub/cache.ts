/** The cache that all libraries of the Hub share: `models--OWNER--NAME` with `blobs`, `snapshots` of links to them, and `refs`. */

import { dirname, join, relative } from "node:path";
import { firstLine, NegscopeError } from "../errors.ts";
import { fileNotWritten, folderNotWritable } from "../files/writing_errors.ts";
import { canStandFor, type HubName, nameText } from "./name.ts";

/**
 * The cache's folder.
 *
 * @param environment HF_HOME and HOME; an empty variable counts as not set.
 * @param instead What the user can do without a cache, for the message.
 * @throws {NegscopeError} If neither is set.
 */
export function hubCacheFolder(
  environment: { readonly HF_HOME?: string; readonly HOME?: string },
  instead: string,
): string {
  const { HF_HOME, HOME } = environment;
  if (HF_HOME && (HOME || !/^~(\/|$)/.test(HF_HOME))) {
    return join(HF_HOME.replace(/^~(?=\/|$)/, HOME ?? ""), "hub");
  }
  if (!HOME) {
    throw new NegscopeError("hub-cache-unknown", {
      problem: "Cannot find the Hub's cache",
      reason: "neither HF_HOME nor HOME is set",
      fix: `set HF_HOME to a folder, or ${instead}`,
    });
  }
  return join(HOME, ".cache", "huggingface", "hub");
}

/** One repository's part of the cache. */
export class CachedRepository {
  /** Its folder. */
  readonly folder: string;
  readonly #cache: string;
  readonly #name: HubName;

  /** A repository in a cache, whether or not it has been downloaded. */
  constructor(cache: string, name: HubName) {
    this.folder = join(cache, `models--${name.repository.replace("/", "--")}`);
    this.#cache = cache;
    this.#name = name;
  }

  /**
   * The folder with the files of the name's revision.
   *
   * @throws {NegscopeError} If it has not been downloaded; the message gives the command that does it.
   */
  async snapshot(): Promise<string> {
    const { revision } = this.#name;
    const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await this.#readRef(revision);
    const folder = join(this.folder, "snapshots", commit ?? "");
    if (commit !== undefined && await isFolder(folder)) return folder;
    const name = nameText(this.#name);
    throw new NegscopeError("model-not-downloaded", {
      problem: `Cannot find model "${name}"`,
      subject: name,
      reason: await isFolder(this.folder)
        ? `its download in "${this.#cache}" is not complete`
        : `there is neither a folder of that name nor a download of it in "${this.#cache}"`,
      fix: `check the name, or first run: deno task download clip ${name}`,
    });
  }

  /** The path of a file's bytes, named by their checksum; makes its folder. */
  async blob(hex: string): Promise<string> {
    return join(await this.#make("blobs"), hex);
  }

  /**
   * Links a file of a snapshot to its bytes.
   *
   * @param commit The snapshot.
   * @param path The file's path within it.
   * @param hex The checksum of its bytes.
   * @throws {NegscopeError} If the link cannot be made.
   */
  async link(commit: string, path: string, hex: string): Promise<void> {
    const link = join(this.folder, "snapshots", commit, path);
    await this.#make(relative(this.folder, dirname(link)));
    const target = relative(dirname(link), join(this.folder, "blobs", hex));
    if (await Deno.readLink(link).catch(() => undefined) === target) return;
    const fresh = `${link}.incomplete`;
    try {
      await Deno.remove(fresh).catch(() => {}); // left behind by a killed download
      await Deno.symlink(target, fresh);
      await Deno.rename(fresh, link);
    } catch (cause) {
      throw new NegscopeError("hub-link-not-made", {
        problem: `Cannot link "${link}" in the Hub's cache`,
        subject: link,
        reason: firstLine(cause),
        fix: "download into a folder of your own with --out",
        cause,
      });
    }
  }

  /** Records the commit that the name's branch or tag stands for; does nothing for a commit. */
  async writeRef(commit: string): Promise<void> {
    const { revision } = this.#name;
    if (revision === commit) return;
    const path = join(this.folder, "refs", revision);
    await this.#make(relative(this.folder, dirname(path)));
    try {
      await Deno.writeTextFile(`${path}.incomplete`, commit);
      await Deno.rename(`${path}.incomplete`, path);
    } catch (cause) {
      throw fileNotWritten(path, cause);
    }
  }

  /** The folder of a snapshot. */
  snapshotFolder(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  async #readRef(revision: string): Promise<string | undefined> {
    try {
      const commit = (await Deno.readTextFile(join(this.folder, "refs", revision))).trim();
      return /^[0-9a-f]{40}$/.test(commit) && canStandFor(revision, commit) ? commit : undefined;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  async #make(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await Deno.mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw folderNotWritable(folder, error);
    });
    return folder;
  }
}

/**
 * The Hub's name of the model in a snapshot's folder.
 *
 * @param folder A folder.
 * @returns For example `Xenova/clip-vit-base-patch32`, or undefined if the folder is not a snapshot.
 */
export function snapshotName(folder: string): string | undefined {
  const [, owner, name] =
    /[/\\]models--([^/\\]+?)--([^/\\]+)[/\\]snapshots[/\\][0-9a-f]{40}[/\\]?$/.exec(folder) ?? [];
  return owner === undefined ? undefined : `${owner}/${name}`;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
