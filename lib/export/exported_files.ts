/** The files of an export in their folder: those that are there already, and the writing of the others. */

import { dirname, join } from "node:path";
import { makeFolder, refuseLink } from "../disk/folders.ts";
import { removeFile } from "../disk/own_file.ts";
import { findReplaced } from "../disk/replaced_files.ts";
import { writeWhole } from "../disk/write_whole.ts";
import { NegscopeError } from "../errors.ts";
import { modelFileUnreadable } from "../model/model_json.ts";
import { isAbsent } from "../reading/files.ts";
import { OpenedFile } from "../files/opened_file.ts";

export interface ExportedFile {
  readonly name: string;
  /** Its bytes, which can be asked for more than once. */
  readonly content: Iterable<Uint8Array>;
}

/**
 * Finds the files of an export that are still to be written: those that are not there with the same bytes. Others of their names are
 * removed, all before any is written, so that the folder never holds a mixture of two models.
 */
export async function clearPlace(
  folder: string,
  files: readonly ExportedFile[],
  { absent, overwrite }: {
    /** Names that no file may have, since what is read would be another model. */
    readonly absent: readonly string[];
    /** Whether files of these names are removed or replaced. */
    readonly overwrite: boolean;
  },
): Promise<ExportedFile[]> {
  for (const { name } of files) {
    if (dirname(name) !== ".") await refuseLink(join(folder, dirname(name)));
  }
  const missing: ExportedFile[] = [];
  const taken: string[] = [];
  for (const name of absent) {
    if (await isTaken(`${folder}/${name}`)) taken.push(name);
  }
  for (const file of files) {
    const path = `${folder}/${file.name}`;
    const isThere = await isTaken(path);
    if (isThere && await holdsBytes(path, file.content)) continue;
    missing.push(file);
    if (isThere) taken.push(file.name);
  }
  if (taken.length > 0 && !overwrite) throw holdsFiles(folder, taken);
  const names = [...missing.map(({ name }) => name), ...absent];
  const replaced = await findReplaced(folder, names.reverse(), { isOwn: () => true });
  for (const path of replaced) await removeFile(path); // config.json first, without which there is no model
  return missing;
}

export async function writeFiles(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { name, content } of files) {
    const path = join(folder, name);
    await makeFolder(dirname(path));
    await writeWhole(path, content);
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path); // a link counts, whether or not it leads anywhere
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw modelFileUnreadable(path, error);
  }
}

function holdsFiles(folder: string, taken: readonly string[]): NegscopeError {
  return new NegscopeError("folder-taken", {
    problem: `Cannot write into "${folder}"`,
    reason: `it holds other files with the names ${taken.join(", ")}`,
    fix: "choose another folder (--out), or replace them (--overwrite)",
  });
}

const PART = 1 << 20; // bytes that are compared at a time

/**
 * Compares a file with bytes, up to the first difference. Returns false also if it is no file or cannot be read: then it is not known to be
 * the same.
 */
async function holdsBytes(path: string, content: Iterable<Uint8Array>): Promise<boolean> {
  try {
    using file = new OpenedFile(path);
    let offset = 0;
    for (const piece of content) {
      for (let at = 0; at < piece.length; at += PART) {
        const part = piece.subarray(at, at + PART);
        if (offset + part.length > file.size) return false;
        if (!isSame(await file.read(offset, part.length), part)) return false;
        offset += part.length;
      }
    }
    return offset === file.size;
  } catch {
    return false;
  }
}

function isSame(there: Uint8Array, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) {
    if (there[i] !== part[i]) return false;
  }
  return true;
}
