/** manifest.json on the disk, and the files that it vouches for. */

import { writeWhole } from "../disk/write_whole.ts";
import { NegscopeError, readingFailure } from "../errors.ts";
import { isAbsent } from "../reading/files.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import type { Manifest } from "./manifest.ts";
import { MOST_BYTES, readBytes, readText } from "./read_file.ts";
import { sha256Text } from "../reading/sha256.ts";

/** Writes a run's manifest as indented JSON, whole or not at all. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Reads a manifest. Undefined if there is no such file. */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    const value: unknown = parseJson(await readText(path, MOST_BYTES.rows));
    if (isOfRun(value)) return value;
    throw new Error("it is not one of a run");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw manifestUnreadable(path, error);
  }
}

export function manifestUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot read "${path}" as a run's manifest`,
    reason: cause instanceof SyntaxError ? jsonFailure(cause) : readingFailure(cause),
    fix: "move it away, or choose another folder (--out)",
    cause,
  });
}

/** Whether a value has the parts of a manifest of the kit, of any version. */
function isOfRun(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { command, options, versions, sources, rows, files, finished } = value;
  return typeof command === "string" && isObject(options) && isObject(versions) &&
    typeof versions["kit"] === "string" && isObject(sources) && Array.isArray(sources["model"]) &&
    Array.isArray(sources["data"]) && isObject(rows) && typeof rows["kept"] === "number" &&
    Array.isArray(files) && files.every((name) => typeof name === "string") &&
    typeof finished === "boolean";
}

/** The error for a file that is no longer as a run wrote it. */
export function notAsWritten(
  path: string,
  fix = "restore it, or move it away and repeat the run that wrote it",
): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot trust "${path}"`,
    reason: "it is not as the run wrote it",
    fix,
  });
}

/** Reads a file of a finished run; one that was damaged or exchanged is refused. */
export async function readWritten(
  folder: string,
  name: string,
  checksums: Readonly<Record<string, string>>,
): Promise<string> {
  const path = `${folder}/${name}`;
  const bytes = await readBytes(path, MOST_BYTES.rows);
  const expected = Object.hasOwn(checksums, name) ? checksums[name] : undefined;
  if (sha256Text(bytes) !== expected) throw notAsWritten(path);
  return new TextDecoder().decode(bytes);
}
