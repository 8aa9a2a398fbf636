/** The kit's own data and fonts: in its folder or, where it was imported over the network, fetched when needed and kept in the user's own folder. */

import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import limitTo from "p-limit";
import config from "../../deno.json" with { type: "json" };
import { firstLine, NegscopeError } from "../errors/errors.ts";
import { makeFolder, writeWhole } from "./write_whole.ts";
import { MOST_BYTES, readBytes } from "./read_file.ts";
import { sha256Text } from "../reading/sha256.ts";

/** Where the kit's folder is below the folder that a variable names, the first that is set. */
const PLACES = {
  XDG_CACHE_HOME: "negscope",
  HOME: ".cache/negscope",
  USERPROFILE: ".cache/negscope", // which Windows sets instead of HOME
} as const;

/** `negscope` in XDG_CACHE_HOME if that is an absolute path, else in `.cache` of HOME, on Windows of USERPROFILE. */
export function ownFolder(
  read: (name: string) => string | undefined = readVariable,
): string {
  for (const [name, below] of Object.entries(PLACES)) {
    const folder = read(name);
    if (folder !== undefined && isAbsolute(folder)) return join(folder, below);
  }
  throw new NegscopeError("cache-unknown", {
    problem: "Cannot find the user's own cache folder",
    reason: "neither XDG_CACHE_HOME nor HOME is set to an absolute path that the program may read",
    fix:
      "set HOME and run with --allow-env=XDG_CACHE_HOME,HOME,USERPROFILE, or turn the cache off (--cache none)",
  });
}

function readVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}

const KIT = new URL("../../", import.meta.url);
const AT_ONCE = 16;

/** The path of a file or folder of the kit, such as `data/shapes/model`, which {@linkcode fetchKitFiles} puts there if need be. */
export function kitPath(name: string): string {
  return isOnDisk() ? fileURLToPath(new URL(name, KIT)) : join(fetchedFolder(), name);
}

/** Fetches what an imported kit has at a path. Files that are there with the right content are kept, other paths left as they are. */
export async function fetchKitFiles(path: string): Promise<string> {
  if (isOnDisk() || !isBelow(path, fetchedFolder())) return path;
  const { default: checksums } = await import("../../data/files.json", { with: { type: "json" } });
  const wanted = Object.entries(checksums).filter(([name]) => isBelow(kitPath(name), path));
  const atOnce = limitTo(AT_ONCE);
  await Promise.all(wanted.map(([name, sha256]) => atOnce(() => fetchFile(name, sha256))));
  return path;
}

function isOnDisk(): boolean {
  return KIT.protocol === "file:";
}

function fetchedFolder(): string {
  return join(ownFolder(), "kit", config.version);
}

function isBelow(path: string, folder: string): boolean {
  const plain = normalize(path); // on Windows a slash is as good
  return plain === folder || plain.startsWith(folder + sep);
}

async function fetchFile(name: string, sha256: string): Promise<void> {
  const path = kitPath(name);
  const kept = await readBytes(path, MOST_BYTES.own).catch(() => undefined);
  if (kept !== undefined && sha256Text(kept) === sha256) return;
  const bytes = await fetched(new URL(name, KIT));
  if (sha256Text(bytes) !== sha256) {
    throw new NegscopeError("download-differs", {
      problem: `Cannot use "${new URL(name, KIT).href}"`,
      subject: name,
      reason: "its checksum is not that of the published file",
      fix: "run again with --reload",
    });
  }
  await makeFolder(dirname(path));
  await writeWhole(path, bytes);
}

async function fetched(url: URL): Promise<Uint8Array> {
  try {
    const answer = await fetch(url);
    if (answer.ok) return await answer.bytes();
    await answer.body?.cancel();
    throw new Error(`the server answers ${answer.status}`);
  } catch (cause) {
    throw new NegscopeError("download-failed", {
      problem: `Cannot fetch "${url.href}"`,
      reason: firstLine(cause),
      fix: `run with --allow-net=${KIT.host} once; later runs find it in the user's own folder`,
      cause,
    });
  }
}
