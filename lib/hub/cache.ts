/** The cache that all libraries of the Hub share: `models--OWNER--NAME` with `blobs`, `snapshots` of links to them, and `refs`. */

import { makeFolder } from "../files/folders.ts";
import { replaceLink, writeWhole } from "../files/write_whole.ts";
import { NegscopeError } from "../errors/errors.ts";
import { commandOf } from "../errors/command.ts";
import { DISK, isFile, readText } from "../files/read_file.ts";
import { isAbsent } from "../reading/files.ts";
import { type HubName, nameText } from "./repository.ts";
import { dirname, join, relative } from "node:path";

const REF_BYTES = 100; // most bytes of a file in `refs`: a commit, and perhaps a line end

/** Where the cache is below the folder that a variable names, the first that is set, as in the Hub's own library. */
const CACHE_PLACES = [
  ["HF_HUB_CACHE", ""],
  ["HUGGINGFACE_HUB_CACHE", ""], // its older name
  ["HF_HOME", "hub"],
  ["XDG_CACHE_HOME", "huggingface/hub"],
  ["HOME", ".cache/huggingface/hub"], // on Windows USERPROFILE
] as const;

/** The cache's folder. As in the Hub's own library, `~` is the user's home, and an empty variable counts as not set. */
export function hubCacheFolder(
  read: (name: string) => string | undefined,
  instead: string,
): string {
  const home = () => read("HOME") || read("USERPROFILE") || undefined; // Windows sets the latter
  for (const [name, below] of CACHE_PLACES) {
    const folder = name === "HOME" ? home() : read(name);
    if (folder) return join(folder.replace(/^~(?=\/|$)/, home() ?? "~"), below);
  }
  throw new NegscopeError("cache-unknown", {
    problem: "Cannot find the Hub's cache",
    reason: "none of HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME is set",
    fix: `set HF_HUB_CACHE to a folder, or ${instead}`,
  });
}

export class CachedRepository {
  readonly folder: string;
  readonly #cache: string;
  readonly #name: HubName;

  constructor(cache: string, name: HubName) {
    this.folder = join(cache, `models--${name.repository.replace("/", "--")}`);
    this.#cache = cache;
    this.#name = name;
  }

  /** The folder with the files of the name's revision, unless it has no settings: then it holds single files, of `--file` or other libraries. */
  async snapshot(command: "clip" | "clipseg" = "clip"): Promise<string> {
    const { revision } = this.#name;
    const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await this.#readRef(revision);
    const folder = join(this.folder, "snapshots", commit ?? "");
    if (commit !== undefined && await hasSettings(folder)) return folder;
    const name = nameText(this.#name);
    throw new NegscopeError("model-missing", {
      problem: `Cannot find model "${name}"`,
      reason: await DISK.kindOf(this.folder) === "folder"
        ? `its download in "${this.#cache}" is not complete, or of single files, which --weights takes`
        : `there is neither a folder of that name nor a download of it in "${this.#cache}"`,
      fix: `check the name, or first run: ${commandOf(`download ${command} ${name}`)}`,
    });
  }

  /** The path of a file's bytes, named by their checksum. */
  blob(hex: string): string {
    return join(this.folder, "blobs", hex);
  }

  async link(commit: string, path: string, hex: string): Promise<void> {
    const link = join(this.folder, "snapshots", commit, path);
    await makeFolder(dirname(link));
    await replaceLink(link, relative(dirname(link), this.blob(hex)));
  }

  /** Records the commit that the name's branch or tag stands for; does nothing for a commit. */
  async writeRef(commit: string): Promise<void> {
    const { revision } = this.#name;
    if (revision === commit) return;
    const path = join(this.folder, "refs", revision);
    await makeFolder(dirname(path));
    await writeWhole(path, commit);
  }

  snapshotFolder(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  async #readRef(revision: string): Promise<string | undefined> {
    try {
      const commit = (await readText(join(this.folder, "refs", revision), REF_BYTES)).trim();
      return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }
}

/** The Hub's name of the model in a snapshot's folder, for example `Xenova/clip-vit-base-patch32`; undefined if the folder is not a snapshot. */
export function snapshotName(folder: string): string | undefined {
  const [, owner, name] =
    /[/\\]models--([^/\\]+?)--([^/\\]+)[/\\]snapshots[/\\][0-9a-f]{40}[/\\]?$/.exec(folder) ?? [];
  return owner === undefined ? undefined : `${owner}/${name}`;
}

async function hasSettings(folder: string): Promise<boolean> {
  for (const name of ["config.json", "open_clip_config.json"]) {
    if (await isFile(join(folder, name))) return true;
  }
  return false;
}
