/** Small files that are read to decide what to download. */

import { NegscopeError } from "../../errors.ts";
import { type Json, parseJson } from "../../reading/json.ts";
import { checksumOf } from "../partial_file.ts";
import type { RemoteFile } from "../remote_file.ts";

/** Reads a file of a repository into memory. */
export type ReadFile = (file: RemoteFile) => Promise<Uint8Array>;

/** The largest file that is read to decide what to download, bytes; an index of a thousand shards has less. */
export const SMALL = 1 << 24;

/**
 * Reads a JSON file of a repository.
 *
 * @param file The file.
 * @param options The repository, for messages, and how to read a file.
 * @throws {NegscopeError} If it is too large, has another checksum than in the Hub's list, or is not JSON.
 */
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

/** The error about a small file that cannot be used. */
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
    subject: path,
    reason,
    fix: "run the same command again; if that does not help, tell the repository's owner",
    cause,
  });
}
