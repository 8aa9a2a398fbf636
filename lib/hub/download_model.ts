/** Downloads a CLIP model from the Hub, or one file of a repository, into the Hub's cache or a folder; an interrupted download is resumed, and each file is checked before it appears. */

import { commandOf } from "../errors/command.ts";
import { dirname, join } from "node:path";
import {
  fileNotWritten,
  giveName,
  lockFolder,
  makeFolder,
  openAtEnd,
} from "../files/write_whole.ts";
import {
  type DownloadOptions,
  readBytes,
  receive,
  shownUrl,
  type Source,
  TransientError,
  withPatience,
} from "./request.ts";
import {
  CachedRepository,
  checkPinned,
  type Checksum,
  checksumOfFile,
  DEFAULT_MODEL,
  type HubName,
  type RemoteFile,
} from "./repository.ts";
import { type ChosenFiles, type ModelChoice, modelFiles, oneFile } from "./model_files.ts";
import { fileUrl, type Hub, hubSource, listRepository } from "./listing.ts";
import { sha256File, sizeText } from "../files/read_file.ts";
import { isWeightFile } from "../reading/path.ts";

interface TransferOptions extends DownloadOptions {
  readonly source: Source;
  readonly size: number; // complete file's size, bytes
  readonly checksum: Checksum;
  /** Called with the number of bytes received, now or in an earlier download; with a negative number when a transfer starts again. */
  readonly onBytes?: (bytes: number, when: "now" | "earlier") => void;
}

/** Downloads a file into `PATH.incomplete`, which the next call continues; once its checksum is right, the whole file appears at once. */
export async function transferFile(
  url: URL,
  path: string,
  options: TransferOptions,
): Promise<boolean> {
  const { source, size, checksum: { kind, hex }, patience, onBytes = () => {} } = options;
  if (await checksumOfFile(path, { size, kind }) === hex) {
    onBytes(size, "earlier");
    return false;
  }
  const partial = `${path}.incomplete`; // the lock of its folder keeps other processes out of it
  using file = openAtEnd(partial);
  let length = file.seekSync(0, Deno.SeekMode.Current);
  onBytes(length, "earlier");
  let most = length;
  let tag: string | null = null;

  async function restart(): Promise<void> {
    onBytes(-length, "now");
    await file.truncate(0);
    await file.seek(0, Deno.SeekMode.Start);
    length = 0;
  }

  async function write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written)).catch((error: unknown) => {
        throw fileNotWritten(partial, error);
      });
    }
    length += bytes.length;
    onBytes(bytes.length, "now");
  }

  async function receiveRest(): Promise<void> {
    const from = length;
    const headers = from === 0 ? {} : {
      range: `bytes=${from}-`,
      ...tag?.startsWith('"') && { "if-range": tag }, // a weak tag, W/"…", does not promise equal bytes
    };
    await receive(url, { source, headers, patience }, async (answer, bytes) => {
      tag = answer.headers.get("etag");
      if (answer.status === 200) await restart(); // the server does not support ranges, or now has another file
      const range = answer.headers.get("content-range") ?? "";
      const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
      const isRest = Number(start) === from && (total === "*" || Number(total) === size);
      if (answer.status === 206 && !isRest) {
        await restart();
        throw new TransientError(`the server does not send bytes ${from} to ${size}`);
      }
      for await (const chunk of bytes) {
        if (length + chunk.length > size) {
          await restart();
          throw new TransientError(`the server sends more than the ${size} bytes of the file`);
        }
        await write(chunk);
      }
    });
  }

  async function work(): Promise<void> {
    try {
      if (length < size) await receiveRest();
    } catch (error) {
      if (error instanceof TransientError && error.status === 416) await restart();
      throw error;
    }
    if (length < size) {
      throw new TransientError(`the connection ended after ${length} of ${size} bytes`);
    }
    const found = await checksumOfFile(partial, { size, kind });
    if (found === hex) return;
    await restart();
    throw new TransientError(
      found === undefined
        ? `what arrived does not have the ${size} bytes of the file`
        : `its checksum is ${found} instead of ${hex}`,
    );
  }

  function gained(): boolean {
    const more = length > most;
    most = Math.max(most, length);
    return more;
  }

  await withPatience(shownUrl(url), work, { patience, gained });
  await giveName(file, partial, path);
  return true;
}

const CONFIG = 1 << 24; // bytes: the limit for a config.json

export type Taken = ModelChoice | { readonly file: string };

interface ModelDownload extends DownloadOptions {
  readonly hub: Hub;
  readonly into: { readonly cache: string } | { readonly folder: string };
  /** What to take. @default {a model in the form that its repository has, weights before graphs} */
  readonly take?: Taken;
  /** Called with the files once they are known; the returned function is called as their bytes arrive. */
  readonly onFiles?: (chosen: ChosenFiles) => NonNullable<TransferOptions["onBytes"]>;
}

interface DownloadedModel extends ChosenFiles {
  readonly folder: string;
  readonly commit: string;
  readonly files: readonly (RemoteFile & { readonly isNew: boolean })[];
}

/** Downloads a model, or one file. In the cache, a branch's commit is recorded only when all files are linked, for a file alone not. */
export async function downloadModel(
  name: HubName,
  options: ModelDownload,
): Promise<DownloadedModel> {
  const { hub, into, take = {}, onFiles, ...rest } = options;
  const { repository } = name;
  const source = hubSource(hub, name);
  const { commit, files: all } = await listRepository(hub, name, rest);
  const urlOf = ({ path }: RemoteFile) => fileUrl(hub, { repository, commit, path });
  const read = (file: RemoteFile) => readBytes(urlOf(file), { ...rest, source, limit: CONFIG });
  const chosen = "file" in take
    ? oneFile(all, { repository, path: take.file })
    : await modelFiles(all, { repository, read, ...take });
  for (const { path, checksum: { kind, hex } } of chosen.files) {
    if (kind === "sha256") checkPinned({ repository, commit, path }, hex);
  }
  const onBytes = onFiles?.(chosen);
  const cached = "cache" in into ? new CachedRepository(into.cache, name) : undefined;
  const folder = "cache" in into ? cached!.snapshotFolder(commit) : into.folder;
  using _held = await lockFolder(cached?.folder ?? folder);
  const files = [];
  for (const file of chosen.files) {
    const { path, size, checksum } = file;
    const target = cached?.blob(checksum.hex) ?? join(folder, path);
    await makeFolder(dirname(target));
    const how = { ...rest, source, size, checksum, ...onBytes && { onBytes } };
    const isNew = await transferFile(urlOf(file), target, how);
    if (checksum.kind === "git") { // the Hub does not say its SHA-256
      checkPinned({ repository, commit, path }, await sha256File(target));
    }
    files.push({ ...file, isNew });
  }
  for (const { path, checksum } of files) await cached?.link(commit, path, checksum.hex);
  if (!("file" in take)) await cached?.writeRef(commit);
  return { ...chosen, folder, commit, files };
}

export function sizeOf(files: readonly RemoteFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

export function planLines({ files, form, weights, others }: ChosenFiles): string[] {
  const sizes = files.map(({ path, size }) => `${path} ${sizeText(size)}`).join(", ");
  const total = files.length > 1 ? `, together ${sizeText(sizeOf(files))}` : "";
  const left = [...others].map(([other, file]) => `${file} (--form ${other})`).join(", ");
  return [
    ...(form === undefined ? [] : [`Weights: ${weights} (form ${form})`]),
    ...(left === "" ? [] : [`Also there: ${left}`]),
    `Files: ${sizes}${total}`,
  ];
}

/** What was downloaded, and the command that uses it, if that is not `inspect --model GIVEN`. */
export function endLines(
  { commit, files, folder, form, weights }: DownloadedModel,
  { repository, given, use: command = `inspect --model ${given}` }: {
    readonly repository: string;
    readonly given: string;
    readonly use?: string;
  },
): string[] {
  const fresh = files.filter(({ isNew }) => isNew).length;
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  const taken = form === undefined ? weights : `weights ${weights} (form ${form})`;
  const end = [`${repository} at commit ${commit}: ${count}, ${fresh} new; ${taken}`];
  if (form === undefined) {
    const path = `${folder}/${weights}`;
    if (!isWeightFile(path)) return [...end, `File: ${path}`];
    const [inspect, download] = [commandOf("inspect"), commandOf("download clip")];
    return [
      ...end,
      `Use it with a model of the same architecture: ${inspect} --model FOLDER --weights ${path}`,
      `FOLDER is that model's folder or name; for ViT-B/32 it can be ${DEFAULT_MODEL}, after: ${download}`,
    ];
  }
  const graph = /^onnx\/(?:text_model|model)(.*)\.onnx$/;
  const [suffix = ""] = files.flatMap(({ path }) => graph.exec(path)?.[1] ?? []); // which the reading of the model needs as well
  const onnx = form === "onnx" && suffix !== "" ? ` --onnx ${suffix}` : "";
  return [...end, `Folder: ${folder}`, `Use it: ${commandOf(command)}${onnx}`];
}
