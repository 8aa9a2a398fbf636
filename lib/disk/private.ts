/** Folders and files that nobody but the user may change. Windows has no such modes: there a folder is as private as its place. */

import { dirname } from "node:path";
import { NegscopeError } from "../errors.ts";
import { lockFolder } from "./folder_lock.ts";
import { createAnew, removeFile } from "./own_file.ts";
import { fileNotWritten, folderNotWritable } from "./refusals.ts";

const [OTHERS_READ_OR_WRITE, OTHERS_WRITE, EVERYBODY_WRITES, STICKY] = [
  0o077,
  0o022,
  0o002,
  0o1000,
];

const SECRET_BYTES = 32;

/** A secret, and the user that it belongs to; null on Windows. */
export interface Secret {
  readonly bytes: Uint8Array;
  readonly owner: number | null;
}

/** Makes a folder that only the user may use, and those above it as far as they do not exist. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw folderNotWritable(path, cause, "--cache");
  }
}

/** Refuses a folder that another user may write into, or that lies where everybody may write and remove. */
export async function checkPrivateFolder(path: string, owner: Secret["owner"]): Promise<void> {
  if (Deno.build.os === "windows") return;
  const real = await ifThere(path, Deno.realPath);
  if (real === undefined) return;
  const { uid, mode } = await Deno.stat(real);
  if (uid !== owner) throw notPrivate(path, "it belongs to another user");
  if ((mode! & OTHERS_WRITE) !== 0) throw notPrivate(path, "other users may write into it");
  for (let above = dirname(real); above !== dirname(above); above = dirname(above)) {
    const { mode } = await Deno.stat(above);
    if ((mode! & EVERYBODY_WRITES) !== 0 && (mode! & STICKY) === 0) {
      throw notPrivate(path, `everybody may write into "${above}"`);
    }
  }
}

function notPrivate(path: string, reason: string): NegscopeError {
  return new NegscopeError("cache-not-private", {
    problem: `Cannot use the cache "${path}"`,
    reason,
    fix: "take the right to write from others (chmod go-w), or choose another folder (--cache)",
  });
}

/** Random bytes in a file that only the user may read; they are made at the first call. */
export async function ownSecret(path: string): Promise<Secret> {
  const known = await readSecret(path);
  if (known !== undefined) return known;
  await makePrivateFolder(dirname(path));
  using _held = await lockFolder(dirname(path), { wait: true, flag: "--cache" }); // another process may make it
  const made = await readSecret(path);
  if (made !== undefined) return made;
  const partial = `${path}.partial`;
  await removeFile(partial); // left behind by a killed process
  try {
    using file = createAnew(partial, 0o600);
    file.writeSync(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));
    await file.syncData();
    Deno.renameSync(partial, path);
  } catch (cause) {
    throw fileNotWritten(path, cause);
  }
  return (await readSecret(path))!;
}

async function readSecret(path: string): Promise<Secret | undefined> {
  const info = await ifThere(path, Deno.lstat);
  if (info === undefined) return undefined;
  const { isFile, size, mode, uid } = info;
  if (!isFile || size !== SECRET_BYTES) throw secretWrong(path, "it is not as the kit wrote it");
  if (Deno.build.os !== "windows" && (mode! & OTHERS_READ_OR_WRITE) !== 0) {
    throw secretWrong(path, "other users may read it");
  }
  const bytes = await ifThere(path, Deno.readFile);
  return bytes && { bytes, owner: uid };
}

function secretWrong(path: string, reason: string): NegscopeError {
  return new NegscopeError("cache-not-private", {
    problem: `Cannot use "${path}", the key to kept embeddings`,
    reason,
    fix: "delete it: a new one is made, and embeddings are computed again",
  });
}

/** What the system says of a path; undefined if it does not exist. */
async function ifThere<Answer>(
  path: string,
  ask: (path: string) => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw folderNotWritable(path, cause, "--cache");
  }
}
