/** Downloads a CLIP model from the Hub, or one file of a repository, into the Hub's cache or into a separate folder. */

import { dirname, join } from "node:path";
import { lockFolder, makeFolder, refuseLinks } from "../disk/folders.ts";
import type { DownloadOptions } from "./attempts.ts";
import { CachedRepository } from "./cache.ts";
import { type ChosenFiles, type ModelChoice, modelFiles, oneFile } from "./files/model_files.ts";
import { SMALL } from "./files/small_file.ts";
import { fileUrl, type Hub, hubSource, listRepository } from "./listing.ts";
import type { RemoteFile } from "./remote_file.ts";
import type { HubName } from "./name.ts";
import { checkContent, checkListed, pinOf } from "./pinned.ts";
import { readBytes } from "./request.ts";
import { transferFile, type TransferOptions } from "./transfer.ts";

export type Taken = ModelChoice | { readonly file: string };

export interface ModelDownload extends DownloadOptions {
  readonly hub: Hub;
  /** The Hub's cache, or a folder for the files themselves. */
  readonly into: { readonly cache: string } | { readonly folder: string };
  /** What to take. @default {a model in the form that its repository has, weights before graphs} */
  readonly take?: Taken;
  /** Called with the files once they are known; the returned function is called as their bytes arrive. */
  readonly onFiles?: (chosen: ChosenFiles) => NonNullable<TransferOptions["onBytes"]>;
}

export interface DownloadedModel extends ChosenFiles {
  readonly folder: string;
  readonly commit: string;
  /** Its files, and whether each had to be downloaded. */
  readonly files: readonly (RemoteFile & { readonly isNew: boolean })[];
}

/**
 * Downloads a model, or one file. In the cache, files are linked and a branch's commit is recorded only when all files are there, so that
 * a name never leads to an incomplete model; one file alone is not recorded.
 */
export async function downloadModel(
  name: HubName,
  options: ModelDownload,
): Promise<DownloadedModel> {
  const { hub, into, take = {}, onFiles, ...rest } = options;
  const { repository } = name;
  const source = hubSource(hub, name);
  const { commit, files: all } = await listRepository(hub, name, rest);
  const urlOf = ({ path }: RemoteFile) => fileUrl(hub, { repository, commit, path });
  const read = (file: RemoteFile) => readBytes(urlOf(file), { ...rest, source, limit: SMALL });
  const chosen = await choose(all, { repository, take, read });
  const known = pinOf(repository);
  const pin = known?.commit === commit ? known : undefined;
  if (pin !== undefined) {
    checkListed(chosen.files, pin, { unknown: "file" in take ? "allowed" : "refused" });
  }
  const onBytes = onFiles?.(chosen);
  const cached = "cache" in into ? new CachedRepository(into.cache, name) : undefined;
  const folder = "cache" in into ? cached!.snapshotFolder(commit) : into.folder;
  using _held = await lockFolder(cached?.folder ?? folder);
  const files = [];
  for (const file of chosen.files) {
    const { path, size, checksum } = file;
    const target = await cached?.blob(checksum.hex) ?? await targetIn(folder, path);
    const isNew = await transferFile(urlOf(file), target, {
      ...rest,
      ...(onBytes && { onBytes }),
      source,
      size,
      checksum,
    });
    if (pin !== undefined) await checkContent(target, file, pin);
    files.push({ ...file, isNew });
  }
  for (const { path, checksum } of files) await cached?.link(commit, path, checksum.hex);
  if (!("file" in take)) await cached?.writeRef(commit);
  return { ...chosen, folder, commit, files };
}

async function choose(
  files: readonly RemoteFile[],
  { repository, take, read }: {
    readonly repository: string;
    readonly take: Taken;
    readonly read: (file: RemoteFile) => Promise<Uint8Array>;
  },
): Promise<ChosenFiles> {
  if (!("file" in take)) return await modelFiles(files, { repository, read, ...take });
  const file = oneFile(files, { repository, path: take.file });
  return { files: [file], weights: file.path, others: new Map() };
}

async function targetIn(folder: string, path: string): Promise<string> {
  const target = join(folder, path);
  await refuseLinks(folder, dirname(target));
  await makeFolder(dirname(target));
  return target;
}
