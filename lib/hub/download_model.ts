/** Downloads a CLIP model from the Hub into the Hub's cache, or into a separate folder. */

import { dirname, join } from "node:path";
import { makeFolder } from "../disk/folders.ts";
import { lockFolder } from "../disk/folder_lock.ts";
import type { DownloadOptions } from "./attempts.ts";
import { CachedRepository } from "./cache.ts";
import { fileUrl, type Hub, hubSource, listRepository, type RemoteFile } from "./listing.ts";
import { modelFiles } from "./model_files.ts";
import type { HubName } from "./name.ts";
import { transferFile, type TransferOptions } from "./transfer.ts";

/** Options of {@linkcode downloadModel}. */
export interface ModelDownload extends DownloadOptions {
  /** The Hub. */
  readonly hub: Hub;
  /** The Hub's cache, or a folder for the files themselves. */
  readonly into: { readonly cache: string } | { readonly folder: string };
  /** The graphs' suffix, as in `onnx/text_model{SUFFIX}.onnx`. @default {""} */
  readonly suffix?: string;
  /** Called with the files once they are known; the returned function is called as their bytes arrive. */
  readonly onFiles?: (files: readonly RemoteFile[]) => NonNullable<TransferOptions["onBytes"]>;
}

/** A model on the disk. */
export interface DownloadedModel {
  /** Its folder, for `--model`. */
  readonly folder: string;
  /** The commit. */
  readonly commit: string;
  /** Its files, and whether each had to be downloaded. */
  readonly files: readonly (RemoteFile & { readonly isNew: boolean })[];
}

/**
 * Downloads a model. The cache's record of a branch's commit is written last, so that a name never leads to an incomplete model.
 *
 * @param name The repository and its revision.
 * @param options The source and the destination.
 * @throws {NegscopeError} If the repository cannot be read, lacks a file, or the files cannot be written.
 */
export async function downloadModel(
  name: HubName,
  options: ModelDownload,
): Promise<DownloadedModel> {
  const { hub, into, suffix = "", onFiles, ...rest } = options;
  const { repository } = name;
  const { commit, files: all } = await listRepository(hub, name, rest);
  const chosen = modelFiles(all, { repository, suffix });
  const onBytes = onFiles?.(chosen);
  const source = hubSource(hub, name);
  const cached = "cache" in into ? new CachedRepository(into.cache, name) : undefined;
  const folder = "cache" in into ? cached!.snapshotFolder(commit) : into.folder;
  using _held = await lockFolder(cached?.folder ?? folder);
  const files = [];
  for (const file of chosen) {
    const { path, size, checksum } = file;
    const place = await cached?.blob(checksum.hex) ?? await placeIn(folder, path);
    const url = fileUrl(hub, { repository, commit, path });
    const isNew = await transferFile(url, place, {
      ...rest,
      ...(onBytes && { onBytes }),
      ...{ source, size, checksum },
    });
    await cached?.link(commit, path, checksum.hex);
    files.push({ ...file, isNew });
  }
  await cached?.settle(commit, chosen.map(({ path }) => path));
  await cached?.writeRef(commit);
  return { folder, commit, files };
}

async function placeIn(folder: string, path: string): Promise<string> {
  const place = join(folder, path);
  await makeFolder(dirname(place), { within: folder });
  return place;
}
