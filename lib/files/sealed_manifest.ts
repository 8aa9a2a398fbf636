/** manifest.json on the disk: the manifest with a checksum of itself, by which an edited one is recognised, as the other files are by theirs. */

import { writeWhole } from "../disk/write_whole.ts";
import { NegscopeError, readingFailure } from "../errors.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import type { Manifest } from "./manifest.ts";
import { MOST_BYTES, readBytes, readText } from "./read_file.ts";
import { sha256Text } from "./sha256.ts";

/** Writes a run's manifest as indented JSON, whole or not at all. Its last key, `sha256`, is the checksum of the rest. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const sealed = { ...manifest, sha256: sealOf(manifest) };
  await writeWhole(path, `${JSON.stringify(sealed, null, 2)}\n`);
}

function sealOf(content: object): string {
  return sha256Text(JSON.stringify(content));
}

/** What manifest.json holds. */
export type SealedManifest =
  /** A manifest as the kit wrote it. */
  | { readonly state: "intact"; readonly manifest: Manifest }
  /** One of a run of the kit that has been edited or damaged since, or that an earlier version wrote. */
  | { readonly state: "edited" }
  /** Something that no run wrote. */
  | { readonly state: "foreign"; readonly cause: Error };

/** Reads a manifest and says whether it can be believed. Undefined if there is no such file. */
export async function readManifest(path: string): Promise<SealedManifest | undefined> {
  let text: string;
  try {
    text = await readText(path, MOST_BYTES.rows);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw manifestUnreadable(path, error);
  }
  try {
    const value: unknown = parseJson(text);
    if (!isOfRun(value)) throw new Error("it is not one of a run");
    const { sha256, ...manifest } = value;
    return sha256 === sealOf(manifest) ? { state: "intact", manifest } : { state: "edited" };
  } catch (error) {
    return { state: "foreign", cause: error as Error };
  }
}

export async function readIntactManifest(path: string): Promise<Manifest | undefined> {
  const read = await readManifest(path);
  if (read?.state === "edited") throw manifestNotAsWritten(path);
  if (read?.state === "foreign") throw manifestUnreadable(path, read.cause);
  return read?.manifest;
}

export function manifestNotAsWritten(path: string): NegscopeError {
  return notAsWritten(path, "restore it, or repeat its run in another folder (--out)");
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
function isOfRun(value: unknown): value is Manifest & { readonly sha256?: unknown } {
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

/** Reads a file of a finished run. */
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
