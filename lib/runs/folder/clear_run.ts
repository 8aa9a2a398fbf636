/** Removes what a run has written into a folder. */

import { lockFolder } from "../../disk/folder_lock.ts";
import { removeFile } from "../../disk/remove.ts";
import { readManifest } from "../../files/sealed_manifest.ts";
import { writtenFiles } from "./written_files.ts";

/**
 * Removes the files of a run, its journal and its manifest; what nobody but a user can have put there stays.
 *
 * @param path The folder; nothing is done if it holds no run.
 * @throws {NegscopeError} If its manifest.json is not a run's, another process holds it, or a file cannot be removed.
 */
export async function clearRun(path: string): Promise<void> {
  if (await readManifest(`${path}/manifest.json`) === undefined) return;
  using _held = await lockFolder(path);
  for (const name of [...await writtenFiles(path), "finished.jsonl", "manifest.json"]) {
    await removeFile(`${path}/${name}`);
  }
}
