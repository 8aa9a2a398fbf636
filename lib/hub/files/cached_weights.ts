/** Files of weights in the Hub's cache. */

import { join } from "node:path";
import { isFile } from "../../files/is_file.ts";
import { isAbsent } from "../../reading/files.ts";
import { isWeightFile } from "../../reading/weight_names.ts";

/**
 * Finds the files of weights in a folder and the folders in it. A link whose bytes are not there is left out.
 *
 * @param folder The folder of a snapshot, or of all snapshots.
 * @returns Their paths, sorted; none if there is no such folder.
 */
export async function cachedWeights(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (const within of folders) {
    try {
      for await (const { name, isDirectory } of Deno.readDir(within)) {
        const path = join(within, name);
        if (isDirectory) folders.push(path);
        else if (isWeightFile(name) && await isFile(path)) found.push(path);
      }
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return found.sort();
}
