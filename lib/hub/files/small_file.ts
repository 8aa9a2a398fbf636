/** Small files that are read to decide what to download, such as the index of weights in several files. */

import { NegscopeError } from "../../errors.ts";
import { isObject, type Json, parseJson } from "../../reading/json.ts";
import { checksumOf, type RemoteFile } from "../remote_file.ts";

export type ReadFile = (file: RemoteFile) => Promise<Uint8Array>;

/** The largest file that is read to decide what to download, bytes; an index of a thousand shards has less. */
export const SMALL = 1 << 24;

export async function readJson(
  file: RemoteFile,
  { repository, read }: { readonly repository: string; readonly read: ReadFile },
): Promise<Json> {
  const { path, size, checksum } = file;
  if (size > SMALL) {
    throw unreadable({ repository, path, reason: `it has ${size} bytes, more than ${SMALL}` });
  }
  const bytes = await read(file);
  const found = checksumOf(bytes, checksum.kind);
  if (found !== checksum.hex) {
    const reason = `its checksum is ${found} instead of ${checksum.hex}`;
    throw unreadable({ repository, path, reason });
  }
  try {
    return parseJson(new TextDecoder().decode(bytes));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw unreadable({ repository, path, reason: "it cannot be read as JSON", cause });
  }
}

export function unreadable(
  { repository, path, reason, cause }: {
    readonly repository: string;
    readonly path: string;
    readonly reason: string;
    readonly cause?: unknown;
  },
): NegscopeError {
  return new NegscopeError("hub-answer-wrong", {
    problem: `Cannot read "${path}" of "${repository}", which says what to download`,
    reason,
    fix: "run the same command again; if that does not help, tell the repository's owner",
    cause,
  });
}

export async function shardsOf(
  index: RemoteFile,
  options: {
    readonly byPath: ReadonlyMap<string, RemoteFile>;
    readonly repository: string;
    readonly read: ReadFile;
  },
): Promise<RemoteFile[]> {
  const { byPath, repository } = options;
  const { path } = index;
  const wrong = (reason: string) => unreadable({ repository, path, reason });
  const content = await readJson(index, options);
  const map = isObject(content) ? content["weight_map"] : undefined;
  if (!isObject(map)) throw wrong('"weight_map" is no object');
  const names = new Set(Object.values(map));
  if (names.size === 0) throw wrong('"weight_map" names no file');
  const shards: RemoteFile[] = [];
  for (const name of names) {
    if (typeof name !== "string" || !/^\w[\w.-]*\.(safetensors|bin)$/.test(name)) {
      throw wrong(`it names ${JSON.stringify(name)}, which is no file of weights beside it`);
    }
    const shard = byPath.get(name);
    if (shard === undefined) {
      throw new NegscopeError("hub-files-missing", {
        problem: `Cannot download "${repository}"`,
        reason: `it has no ${name}, which its ${path} names`,
        fix: "take another revision, or another of its forms with --form",
      });
    }
    shards.push(shard);
  }
  return shards.sort((a, b) => a.path < b.path ? -1 : 1);
}
