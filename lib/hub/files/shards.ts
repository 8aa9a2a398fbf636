/** Weights in several files: the index that names them. */

import { NegscopeError } from "../../errors.ts";
import type { RemoteFile } from "../remote_file.ts";
import { type ReadFile, readJson, unreadable } from "./small_file.ts";

/**
 * The shards that an index names.
 *
 * @param index The index, such as `model.safetensors.index.json`.
 * @param options The repository's files by their paths, its name for messages, and how to read a file.
 * @returns The shards, sorted by name.
 * @throws {NegscopeError} If the index cannot be read, names a file that is not beside it, or names one that the repository lacks.
 */
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
        subject: repository,
        reason: `it has no ${name}, which its ${path} names`,
        fix: "take another revision, or another of its forms with --form",
      });
    }
    shards.push(shard);
  }
  return shards.sort((a, b) => a.path < b.path ? -1 : 1);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
