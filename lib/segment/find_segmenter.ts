/** Where a segmenter is. */

import { CLIPSEG } from "../hub/name.ts";
import { folderOrDownload, nameOf } from "../opening/choice/find_model.ts";

/**
 * The folder of a segmenter.
 *
 * @param given A folder, or the Hub's name of a download. @default {CLIPSEG}
 */
export async function findSegmenter(given: string = CLIPSEG): Promise<string> {
  return await folderOrDownload(given, { command: "clipseg" });
}

/** The name of a segmenter in a summary: the Hub's, or the folder's own. */
export function segmenterName(folder: string): string {
  return nameOf(folder);
}
