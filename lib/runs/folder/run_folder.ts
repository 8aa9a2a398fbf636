/** A run's folder: its files are always complete, and two different runs never mix in it. */

import { NegscopeError } from "../../errors/negscope_error.ts";
import { type FolderLock, lockFolder, removeLeftLock } from "../../disk/folder_lock.ts";
import { FolderFiles, isPicture } from "./folder_files.ts";
import { identityDifference, identityText, type RunIdentity } from "./identity_difference.ts";
import { type Journal, type JournalOptions, openJournal, removeLeftJournal } from "./journal.ts";
import type { Manifest } from "../../files/manifest.ts";
import { notAsWritten, readIntactManifest } from "../../files/sealed_manifest.ts";
import { isSamePath } from "../../files/same_path.ts";
import { sha256IfFile, sha256Text } from "../../files/sha256.ts";
import { removeFile, removeQuietly } from "../../disk/own_file.ts";
import { findReplaced, removeReplaced, type ReplacedFile } from "../../disk/replaced_files.ts";
import { refuseLinks, settleFolder } from "../../disk/folders.ts";
import { JOURNAL, MANIFEST, recordedFiles } from "./written_files.ts";

export type { RunIdentity } from "./identity_difference.ts";

export interface OpeningFolder {
  readonly files: readonly string[];
  /** Whether to start over, whatever run the folder holds. */
  readonly overwrite: boolean;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string | undefined;
  /** Called with a line about files that are no run's and stay beside those of the run. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
}

/** A folder to write a run into, locked by this process until it is disposed of. */
export class RunFolder extends FolderFiles implements Disposable {
  readonly #lock: FolderLock | undefined;
  readonly #isNew: boolean;

  private constructor(path: string, lock?: FolderLock, isNew = false) {
    super(path, lock);
    this.#lock = lock;
    this.#isNew = isNew;
  }

  /**
   * Creates a folder, checks that it can be written to, and keeps other processes out of it.
   *
   * @param options A folder above it, below which nothing on the way to it may be a link. @default {the folder itself}
   */
  static async create(
    path: string,
    { within }: Pick<OpeningFolder, "within"> = {},
  ): Promise<RunFolder> {
    const isNew = !await isFolder(path);
    return new RunFolder(path, await lockFolder(path, { within }), isNew);
  }

  /**
   * Opens the folder for a run, unless the run is already finished in it. Returns the folder, or undefined if this run is finished in it,
   * even if another process holds it.
   */
  static async open(
    path: string,
    identity: RunIdentity,
    options: OpeningFolder,
  ): Promise<RunFolder | undefined> {
    const unlocked = new RunFolder(path);
    await refuseLinks(options.within ?? path, path);
    if (await isFolder(path) && await unlocked.holdsFinished(identity, options)) {
      await removeLeftJournal(`${path}/${JOURNAL}`, () => unlocked.holdsFinished(identity, options))
        .catch(() => {});
      await removeLeftLock(path); // and the lock's; in a read-only folder they stay and do no harm
      return undefined;
    }
    using held = new DisposableStack();
    const folder = held.use(await RunFolder.create(path, options));
    if (await folder.holdsFinished(identity, options)) return undefined; // another process finished it first
    await folder.#tellOfOthers(options);
    held.move();
    return folder;
  }

  /** Before the first run in a folder, such as one of photographs, says that its files will lie among others. */
  async #tellOfOthers({ say }: OpeningFolder): Promise<void> {
    const names = await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name);
    const others = names.filter((name) => name !== JOURNAL && !name.startsWith("."));
    if (others.length === 0 || others.includes(MANIFEST)) return;
    const count = others.length === 1 ? "1 other file" : `${others.length} other files or folders`;
    say?.(`${this.path} holds ${count} already; the run's files are written beside them`);
  }

  /** Unlocks the folder, and removes it if it was made for a run that has left nothing in it. */
  [Symbol.dispose](): void {
    this.#lock?.[Symbol.dispose]();
    if (this.#isNew) removeQuietly(this.path); // which fails if there is anything in it
  }

  async holdsFinished(
    identity: RunIdentity,
    { files, overwrite }: OpeningFolder,
  ): Promise<boolean> {
    if (!overwrite && await this.#holdsSame(identity, files) === "finished") return true;
    await this.#replaced(files);
    return false;
  }

  async #holdsSame(
    identity: RunIdentity,
    files: readonly string[],
  ): Promise<"finished" | "unfinished"> {
    const manifest = await readIntactManifest(`${this.path}/${MANIFEST}`);
    if (manifest === undefined) return "unfinished";
    const difference = identityDifference(manifest, identity);
    if (difference !== undefined) {
      const { key, called, there, here } = difference;
      throw new NegscopeError("folder-taken", {
        problem: `Cannot write into "${this.path}"`,
        reason: key === "versions.code"
          ? "it holds a run that was made by other code of the kit"
          : `it holds another run, its ${called} is ${there}, this run's is ${here}`,
        fix: "choose another folder (--out), or start anew there (--overwrite)",
      });
    }
    if (!manifest.finished) return "unfinished";
    const names = new Set(await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name));
    for (const [name, sha256] of Object.entries(manifest.checksums ?? {})) {
      if (!names.has(name)) continue;
      if (await sha256IfFile(`${this.path}/${name}`) !== sha256) {
        throw notAsWritten(`${this.path}/${name}`);
      }
    }
    const hasAll = files.every((name) => names.has(name) || isPicture(name)); // pictures can be drawn again
    return hasAll ? "finished" : "unfinished";
  }

  /** The files in the folder that a run with these files replaces, all of which its earlier run wrote. */
  async #replaced(files: readonly string[]): Promise<ReplacedFile[]> {
    const { names, checksums } = await recordedFiles(this.path);
    return await findReplaced(this.path, [...files, ...names], { recorded: checksums });
  }

  /** Whether it may hold an unfinished run, or only its finished rows; {@linkcode RunFolder.holdsFinished} has checked which one. */
  async holdsUnfinished(): Promise<boolean> {
    return (await readIntactManifest(`${this.path}/${MANIFEST}`))?.finished !== true; // the journal says itself which run it is of
  }

  /** Opens the finished rows of the run, those that it had before only if it goes on. */
  async openJournal(
    identity: RunIdentity,
    { overwrite, begin }: Pick<JournalOptions, "begin"> & Pick<OpeningFolder, "overwrite">,
  ): Promise<Journal> {
    const run = sha256Text(identityText(identity));
    const resume = !overwrite && await this.holdsUnfinished();
    return await openJournal(`${this.path}/${JOURNAL}`, { resume, run, begin });
  }

  /**
   * Marks the run as in progress in manifest.json, after removing the files that the folder's earlier run wrote, with `overwrite` also its
   * finished rows.
   */
  async begin(manifest: Manifest, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    const stays = [MANIFEST, ...overwrite ? [] : [JOURNAL]].map((name) => `${this.path}/${name}`);
    const old = await this.#replaced(manifest.files);
    this.#lock?.check();
    removeReplaced(this.path, old.filter(({ path }) => !stays.includes(path)));
    for (const name of [...manifest.files, MANIFEST]) {
      removeQuietly(`${this.path}/${name}.partial`); // of a killed process
    }
    await this.writeManifest(manifest);
  }

  /**
   * Marks the run as finished in manifest.json, with the checksums of its files, and removes its journal. When it returns, all files are
   * on the disk.
   */
  async finish(manifest: Manifest): Promise<void> {
    await settleFolder(this.path);
    await this.writeManifest({ ...manifest, finished: true });
    await settleFolder(this.path);
    this.#lock?.check();
    await removeFile(`${this.path}/${JOURNAL}`);
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/** Refuses to write into one of the folders that are read, each of a run or of a shard. */
export async function checkOut(
  out: string,
  folders: readonly string[],
  what: "run" | "shard" = "run",
): Promise<void> {
  for (const folder of folders) {
    if (!await isSamePath(folder, out)) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --out "${out}"`,
      expected: `another folder than that of a ${what}`,
    });
  }
}
