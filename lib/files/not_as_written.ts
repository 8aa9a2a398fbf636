/** Files of a run that are not as the run wrote them. */

import { NegscopeError } from "../errors.ts";
import { MOST_BYTES, readBytes } from "./read_file.ts";
import { sha256Text } from "./sha256.ts";

/**
 * The error for a file that has been edited, damaged or exchanged since a run wrote it.
 *
 * @param path The file.
 * @param fix What to do. @default {to restore the file or repeat its run}
 */
export function notAsWritten(
  path: string,
  fix = "restore it, or move it away and repeat the run that wrote it",
): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot trust "${path}"`,
    subject: path,
    reason: "it is not as the run wrote it",
    fix,
  });
}

/**
 * Reads a file of a finished run.
 *
 * @param folder The run's folder.
 * @param name The file.
 * @param checksums The run's checksums by name, from its manifest.
 * @returns Its text.
 * @throws {NegscopeError} If it is not as the run wrote it.
 * @throws {Error} The system's, if it cannot be read.
 */
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
