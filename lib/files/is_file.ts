/** Whether there is a file. */

import { DISK } from "./disk.ts";

/**
 * Whether a path is that of a file; links are followed.
 *
 * @param path The path.
 * @throws {Error} If the system cannot say, for instance since a folder may not be read.
 */
export async function isFile(path: string): Promise<boolean> {
  return await DISK.kindOf(path) === "file";
}
