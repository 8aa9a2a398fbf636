/** Removes what runs have written into their folders. */

import { type FolderLock, lockFolder } from "../../disk/folder_lock.ts";
import { refuseLinks } from "../../disk/folders.ts";
import { findReplaced, removeReplaced, type ReplacedFile } from "../../disk/replaced_files.ts";
import { isFolder } from "./run_folder.ts";
import { recordedFiles } from "./written_files.ts";

export interface RunPlace {
  readonly path: string;
  /** The files that the run will write. @default {those of the run that the folder holds} */
  readonly files?: readonly string[];
}

/** Runs that are about to be removed, their folders locked until this is disposed of. */
export class ClearedRuns implements Disposable {
  readonly #held = new DisposableStack();
  readonly #runs: { path: string; lock: FolderLock; files: readonly ReplacedFile[] }[] = [];

  private constructor() {}

  static async find(within: string, places: readonly RunPlace[]): Promise<ClearedRuns> {
    const found = new ClearedRuns();
    using stack = new DisposableStack();
    stack.use(found);
    for (const { path, files: wanted = [] } of places) {
      if (!await refuseLinks(within, path) || !await isFolder(path)) continue;
      const lock = found.#held.use(await lockFolder(path, { within }));
      const { names, checksums } = await recordedFiles(path);
      const files = await findReplaced(path, [...wanted, ...names], { recorded: checksums });
      found.#runs.push({ path, lock, files });
    }
    stack.move();
    return found;
  }

  /** Removes their files, journals and manifests; what nobody but a user can have put there stays. */
  remove(): void {
    for (const { path, lock, files } of this.#runs) {
      lock.check();
      removeReplaced(path, files);
    }
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]();
  }
}
