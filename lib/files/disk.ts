/** The disk as a way to read files. */

import { type FileAt, type Files, isAbsent } from "../reading/files.ts";
import { fileStamp, OpenedFile } from "./opened_file.ts";
import { resolve } from "node:path";

/** The files of this machine; links are followed. */
export const DISK: Files = {
  open: (path) => new OpenedFile(path),
  kindOf: async (path) => {
    try {
      const { isFile, isDirectory } = await Deno.stat(path);
      return isFile ? "file" : isDirectory ? "folder" : "other";
    } catch (error) {
      if (isAbsent(error)) return "absent";
      throw error;
    }
  },
  namesIn: (folder) => Array.fromAsync(Deno.readDir(folder), ({ name }) => name),
  stampOf: fileStamp,
  resolve: (path) => resolve(path),
  realPathSync: (path) => Deno.realPathSync(path),
};

/**
 * A file or a folder of this machine.
 *
 * @param path Its path.
 */
export function onDisk(path: string): FileAt {
  return { files: DISK, path };
}

/** Whether a path is that of a file; links are followed. */
export async function isFile(path: string): Promise<boolean> {
  return await DISK.kindOf(path) === "file";
}
