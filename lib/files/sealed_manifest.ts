/** manifest.json on the disk: the manifest with a checksum of itself, by which an edited one is recognised. */

import { NegscopeError, readingFailure } from "../errors.ts";
import { writeWhole } from "../disk/write_whole.ts";
import { jsonFailure, parseJson } from "../reading/json.ts";
import type { Manifest } from "./manifest.ts";
import { notAsWritten } from "./not_as_written.ts";
import { MOST_BYTES, readText } from "./read_file.ts";
import { sha256Text } from "./sha256.ts";

/**
 * Writes a run's manifest as indented JSON, whole or not at all. Its last key, `sha256`, is the checksum of the rest.
 *
 * @param path The file, usually `manifest.json` in the run's folder.
 * @param manifest The record.
 * @throws {NegscopeError} If the file cannot be written.
 */
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

/**
 * Reads a manifest and says whether it can be believed.
 *
 * @param path The file.
 * @returns Undefined if there is no such file.
 * @throws {NegscopeError} If the system cannot read it.
 */
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

/**
 * Reads the manifest of a run of the kit.
 *
 * @param path The file.
 * @returns Undefined if there is no such file.
 * @throws {NegscopeError} If it cannot be read, no run wrote it, or it was edited.
 */
export async function readIntactManifest(path: string): Promise<Manifest | undefined> {
  const read = await readManifest(path);
  if (read?.state === "edited") throw manifestNotAsWritten(path);
  if (read?.state === "foreign") throw manifestUnreadable(path, read.cause);
  return read?.manifest;
}

/**
 * The error for a manifest that was edited: what it says of its folder's files cannot be believed.
 *
 * @param path The manifest.
 */
export function manifestNotAsWritten(path: string): NegscopeError {
  return notAsWritten(path, "restore it, or repeat its run in another folder (--out)");
}

/**
 * The error for a manifest that cannot be read or holds nothing usable.
 *
 * @param path The manifest.
 * @param cause Why.
 */
export function manifestUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot read "${path}" as a run's manifest`,
    subject: path,
    reason: cause instanceof SyntaxError ? jsonFailure(cause) : readingFailure(cause),
    fix: "move it away, or choose another folder (--out)",
    cause,
  });
}

/** Whether a value has the parts of a manifest of the kit, of any version. */
function isOfRun(value: unknown): value is Manifest & { readonly sha256?: unknown } {
  if (!isRecord(value)) return false;
  const { command, options, versions, sources, rows, files, finished } = value;
  return typeof command === "string" && isRecord(options) && isRecord(versions) &&
    typeof versions["kit"] === "string" && isRecord(sources) && Array.isArray(sources["model"]) &&
    Array.isArray(sources["data"]) && isRecord(rows) && typeof rows["kept"] === "number" &&
    Array.isArray(files) && files.every((name) => typeof name === "string") &&
    typeof finished === "boolean";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
