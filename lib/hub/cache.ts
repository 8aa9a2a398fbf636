/** The cache that all libraries of the Hub share: `models--OWNER--NAME` with `blobs`, `snapshots` of links to them, and `refs`. */

import { makeFolder, refuseLinks } from "../files/folders.ts";
import { replaceLink, writeWhole } from "../files/write_whole.ts";
import { firstLine, NegscopeError } from "../errors/errors.ts";
import { commandOf } from "../errors/command.ts";
import { DISK, isFile, readText } from "../files/read_file.ts";
import { isAbsent } from "../reading/files.ts";
import { isWeightFile } from "../reading/path.ts";
import { canStandFor, type HubName, nameText } from "./repository.ts";
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

/** The cache's folder. As in the Hub's own library, `~`, `$NAME` and `${NAME}` are replaced, and an empty variable counts as not set. */
export function hubCacheFolder(
  read: (name: string) => string | undefined,
  instead: string,
): string {
  const unknown = (reason: string, fix: string, cause?: unknown) =>
    new NegscopeError("cache-unknown", {
      problem: "Cannot find the Hub's cache",
      reason,
      fix: `${fix}, or ${instead}`,
      cause,
    });
  const valueOf = (name: string, namedIn?: string): string | undefined => {
    try {
      const value = read(name) || undefined;
      return name === "HOME" ? value ?? valueOf("USERPROFILE", namedIn) : value; // Windows sets the latter
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
      const fix = namedIn === undefined
        ? `run with --allow-env=${name}`
        : `write the path out in ${namedIn}`;
      throw unknown(`the program may not read ${name}`, fix, cause);
    }
  };
  const expanded = (name: string, text: string) =>
    text.replace(/^~[^/]*|\$(?:\w+|\{[^}]*\})/g, (found) => {
      const variable = found === "~" ? "HOME" : found.replace(/^\$\{?|\}$/g, "");
      const value = /^\w+$/.test(variable) ? valueOf(variable, name) : undefined;
      if (value !== undefined) return value;
      throw unknown(
        `${name} is "${text}", and ${found} stands for nothing here`,
        `write the path out in ${name}`,
      );
    });
  for (const [name, below] of CACHE_PLACES) {
    const text = valueOf(name);
    if (text !== undefined) return join(expanded(name, text), below);
  }
  throw unknown(
    "none of HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME is set",
    "set HF_HUB_CACHE to a folder",
  );
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
    const [weights] = await cachedWeights(folder);
    if (weights !== undefined) {
      throw new NegscopeError("model-missing", {
        problem: `Cannot open "${name}" as a model`,
        reason: `its download in "${this.#cache}" has weights without the settings of a model`,
        fix: `for a whole model run: ${
          commandOf("download clip")
        } ${name}; to lay the weights over a model of the same architecture: --model FOLDER --weights ${weights}`,
      });
    }
    throw new NegscopeError("model-missing", {
      problem: `Cannot find model "${name}"`,
      reason: await DISK.kindOf(this.folder) === "folder"
        ? `its download in "${this.#cache}" is not complete`
        : `there is neither a folder of that name nor a download of it in "${this.#cache}"`,
      fix: `check the name, or first run: ${commandOf(`download ${command} ${name}`)}`,
    });
  }

  /** The path of a file's bytes, named by their checksum; makes its folder. */
  async blob(hex: string): Promise<string> {
    return join(await this.#make("blobs"), hex);
  }

  async link(commit: string, path: string, hex: string): Promise<void> {
    const link = join(this.folder, "snapshots", commit, path);
    await this.#make(relative(this.folder, dirname(link)));
    const target = relative(dirname(link), join(this.folder, "blobs", hex));
    try {
      await replaceLink(link, target);
    } catch (cause) {
      throw new NegscopeError("file-not-written", {
        problem: `Cannot link "${link}" in the Hub's cache`,
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
    await writeWhole(path, commit);
  }

  snapshotFolder(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  async #readRef(revision: string): Promise<string | undefined> {
    try {
      const commit = (await readText(join(this.folder, "refs", revision), REF_BYTES)).trim();
      return /^[0-9a-f]{40}$/.test(commit) && canStandFor(revision, commit) ? commit : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async #make(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await refuseLinks(this.folder, folder);
    await makeFolder(folder);
    return folder;
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

/** The files of weights in a folder and those in it, sorted, without links whose bytes are not there; none without the folder. */
async function cachedWeights(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (const within of folders) {
    try {
      for await (const { name, isDirectory } of Deno.readDir(within)) {
        const path = join(within, name);
        if (isDirectory) folders.push(path);
        else if (isWeightFile(name) && await isFile(path)) found.push(path);
      }
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return found.sort();
}
