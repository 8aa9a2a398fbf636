/** Which model is meant, what content its files have, and where the Hub's libraries keep them: names, checksums, the models whose files are known beforehand, and the cache. */

import { createHash, type Hash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import { NegscopeError } from "../errors/errors.ts";
import { fileNotWritten, makeFolder, replaceLink, writeWhole } from "../files/write_whole.ts";
import { DISK, OpenedFile, readText } from "../files/read_file.ts";
import { commandOf } from "../errors/command.ts";
import { isAbsent } from "../reading/files.ts";

/** OpenAI's own repository of ViT-B/32, the model of the paper. Its only weights in this commit are a pickle. */
export const OPENAI_B32 = {
  repository: "openai/clip-vit-base-patch32",
  commit: "3d74acf9a28c67741b2f4f2ea7635f0aaf6f0268", // that the name without a revision stands for
  /** The SHA-256 of the files of that commit that a model can need, by their paths. */
  files: {
    "config.json": "b575ef3c36f2a057fa19e221650105052d61cc9c1a972ec15019c6261ec98770",
    "tokenizer.json": "b556ac8c99757ffb677208af34bc8c6721572114111a6e0aaf5fa69ff0b8d842",
    "vocab.json": "5047b556ce86ccaf6aa22b3ffccfc52d391ea4accdab9c2f2407da5b742d4363",
    "merges.txt": "f526393189112391ce6f9795d4695f704121ce452c3aad1f5335cc41337eba85",
    "tokenizer_config.json": "34b7336e4bee12e0a9730eaf5189f582ef3c3eea5027f65730e5717256755aad",
    "special_tokens_map.json": "f8c0d6c39aee3f8431078ef6646567b0aba7f2246e9c54b8b99d55c22b707cbf",
    "preprocessor_config.json": "910e70b3956ac9879ebc90b22fb3bc8a75b6a0677814500101a4c072bd7857bd",
    "pytorch_model.bin": "a63082132ba4f97a80bea76823f544493bffa8082296d62d71581a4feff1576f",
  },
};

/** Checks that a file of the pinned commit has the known SHA-256, if the kit knows the file. */
export function checkPinned(
  { repository, commit, path }: Readonly<{ repository: string; commit: string; path: string }>,
  found: string,
): void {
  if (repository !== OPENAI_B32.repository || commit !== OPENAI_B32.commit) return;
  const known = new Map(Object.entries(OPENAI_B32.files)).get(path);
  if (known === undefined || found === known) return;
  throw new NegscopeError("download-differs", {
    problem: `Cannot use "${path}" of "${repository}"`,
    reason: `its SHA-256 is ${found} instead of ${known}`,
    expected: `the file of commit ${commit}`,
    fix: "check HF_ENDPOINT",
  });
}

export interface HubName {
  readonly repository: string; // owner and name, e.g. `openai/clip-vit-base-patch32`
  readonly revision: string;
}

export const DEFAULT_MODEL = OPENAI_B32.repository;

export const CLIPSEG = "Xenova/clipseg-rd64-refined"; // segmenter of the paper, as ONNX

/** Reads `OWNER/NAME` or `OWNER/NAME@REVISION`, by default the pinned commit or `main`; undefined if no repository can have that name. */
export function parseHubName(text: string): HubName | undefined {
  const [, repository, given] = /^([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (repository === undefined) return undefined;
  const revision = given ?? unnamedRevision(repository);
  const part = /^(?!\.)(?!.*(--|\.\.))[\w.-]{1,96}(?<![.-])$/;
  const owned = repository.split("/");
  if (owned.length !== 2 || !owned.every((name) => part.test(name))) return undefined;
  // refs/pr/1 has slashes, but no name may lead out of the cache's folder
  const branch = /^(?!.*\.\.)[\w][\w.-]*(\/[\w][\w.-]*)*$/;
  if (!branch.test(revision)) return undefined;
  return {
    repository,
    revision: /^[0-9a-f]{40}$/i.test(revision) ? revision.toLowerCase() : revision,
  };
}

const OPENAI_NAMES: ReadonlyMap<string, string> = new Map([
  ["vit-b-32", DEFAULT_MODEL],
  ["vit-b-16", "openai/clip-vit-base-patch16"],
  ["vit-l-14", "openai/clip-vit-large-patch14"],
  ["vit-l-14-336", "openai/clip-vit-large-patch14-336"],
]);

/** The Hub's name of one of OpenAI's models. Undefined of anything else. */
export function hubNameOf(text: string): string | undefined {
  const name = text.toLowerCase().replace(/[/@]/g, "-").replace(/(?<=336)px$/, "");
  return OPENAI_NAMES.get(name) ??
    [...OPENAI_NAMES.values()].find((known) => known === `openai/${name}`);
}

/** A name as `--model` and `download clip` take it: without the revision if the name alone stands for it. */
export function nameText({ repository, revision }: HubName): string {
  return revision === unnamedRevision(repository) ? repository : `${repository}@${revision}`;
}

function unnamedRevision(repository: string): string {
  return repository === DEFAULT_MODEL ? OPENAI_B32.commit : "main";
}

export interface RemoteFile {
  readonly path: string; // its path within the repository, e.g. `onnx/text_model.onnx`
  readonly size: number; // bytes
  readonly checksum: Checksum; // SHA-256 for large files, git's checksum for others
}

export interface Checksum {
  /** SHA-256 of the bytes, or git's name of them, which is the SHA-1 of `blob SIZE`, a zero byte, and the bytes. */
  readonly kind: "sha256" | "git";
  readonly hex: string; // in lower-case hexadecimal
}

/** The checksum of a file, links followed, in lower-case hexadecimal; undefined if there is none, or one of another size. */
export async function checksumOfFile(
  path: string,
  { size, kind }: { readonly size: number; readonly kind: Checksum["kind"] },
): Promise<string | undefined> {
  try {
    using file = new OpenedFile(path);
    if (file.size !== size) return undefined;
    const hash = startHash(kind, size);
    for await (const piece of file.pieces()) hash.update(piece);
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileNotWritten(path, error);
  }
}

/** The checksum of bytes, in lower-case hexadecimal. */
export function checksumOf(bytes: Uint8Array, kind: Checksum["kind"]): string {
  return startHash(kind, bytes.length).update(bytes).digest("hex");
}

function startHash(kind: Checksum["kind"], size: number): Hash {
  return kind === "sha256" ? createHash("sha256") : createHash("sha1").update(`blob ${size}\0`);
}

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

  constructor(private readonly cache: string, private readonly name: HubName) {
    this.folder = join(cache, `models--${name.repository.replace("/", "--")}`);
  }

  /** The folder with the files of the name's revision, unless it has no settings: then it holds single files, of `--file` or other libraries. */
  async snapshot(command: "clip" | "clipseg" = "clip"): Promise<string> {
    const { revision } = this.name;
    const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : await this.#readRef(revision);
    const folder = join(this.folder, "snapshots", commit ?? "");
    for (const name of commit === undefined ? [] : ["config.json", "open_clip_config.json"]) {
      if (await DISK.kindOf(join(folder, name)) === "file") return folder;
    }
    const given = nameText(this.name);
    throw new NegscopeError("model-missing", {
      problem: `Cannot find model "${given}"`,
      reason: await DISK.kindOf(this.folder) === "folder"
        ? `its download in "${this.cache}" is not complete, or of single files, which --weights takes`
        : `there is neither a folder of that name nor a download of it in "${this.cache}"`,
      fix: `check the name, or first run: ${commandOf(`download ${command} ${given}`)}`,
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
    const { revision } = this.name;
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
