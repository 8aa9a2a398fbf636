/** A run's folder: its files are always complete, and two different runs never mix in it. */

import type { Cells, Table } from "../../tables/table.ts";
import { NegscopeError } from "../../errors/negscope_error.ts";
import { type ChartSpec, specText } from "../../charts/spec.ts";
import { SCREEN } from "../../charts/venues.ts";
import { csvPieces } from "../../tables/csv.ts";
import { type FolderLock, lockFolder, removeLeftLock } from "../../disk/folder_lock.ts";
import { identityDifference, identityText, type RunIdentity } from "./identity_difference.ts";
import { Journal, type JournalOptions, removeLeftJournal } from "./journal.ts";
import type { Manifest } from "../../files/manifest.ts";
import { notAsWritten } from "../../files/not_as_written.ts";
import { readIntactManifest, writeManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile, sha256Text } from "../../files/sha256.ts";
import { drawPictures, PICTURE_ENDINGS, pictureFiles, type Pictures } from "../../draw/pictures.ts";
import { removeFile, removeQuietly } from "../../disk/remove.ts";
import { findReplaced, removeReplaced, type ReplacedFile } from "../../disk/replaced_files.ts";
import { refuseLinks, settleFolder } from "../../disk/folders.ts";
import { type Content, writeWhole } from "../../disk/write_whole.ts";
import { JOURNAL, MANIFEST, recordedFiles } from "./written_files.ts";

export type { RunIdentity } from "./identity_difference.ts";

const PICTURE = new RegExp(`\\.(${PICTURE_ENDINGS.join("|")})$`);
const REPORT = "report.html";

/** How a run's folder is opened. */
export interface OpeningFolder {
  /** The files that the run will write. */
  readonly files: readonly string[];
  /** Whether to start over, whatever run the folder holds. */
  readonly overwrite: boolean;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string | undefined;
}

/** A folder to write a run into, locked by this process until it is disposed of. */
export class RunFolder implements Disposable {
  /** The folder's path. */
  readonly path: string;
  /** SHA-256 of each written file by name. */
  readonly #files = new Map<string, string>();
  readonly #onScreen = new Map<string, string>();
  readonly #lock: FolderLock | undefined;
  readonly #isNew: boolean;
  /** What manifest.json says, once it was written. */
  #begun: Manifest | undefined;

  private constructor(path: string, lock?: FolderLock, isNew = false) {
    this.path = path;
    this.#lock = lock;
    this.#isNew = isNew;
  }

  /**
   * Creates a folder, checks that it can be written to, and keeps other processes out of it.
   *
   * @param path The folder.
   * @param options A folder above it, below which nothing on the way to it may be a link. @default {the folder itself}
   * @throws {NegscopeError} If it cannot be created or written to, or another process holds it.
   */
  static async create(
    path: string,
    { within }: Pick<OpeningFolder, "within"> = {},
  ): Promise<RunFolder> {
    const isNew = !await isFolder(path);
    return new RunFolder(path, await lockFolder(path, { within }), isNew);
  }

  /**
   * Opens the folder for a run, unless the run is already finished in it.
   *
   * @param path The folder.
   * @param identity The run's identity.
   * @param options The files that it will write, and whether to start over, whatever run the folder holds.
   * @returns The folder, or undefined if this run is finished in it, even if another process holds it.
   * @throws {NegscopeError} If it cannot be written to, another process holds it, or it contains another run or files that no run wrote.
   */
  static async open(
    path: string,
    identity: RunIdentity,
    options: OpeningFolder,
  ): Promise<RunFolder | undefined> {
    const seen = new RunFolder(path);
    await refuseLinks(options.within ?? path, path);
    if (await isFolder(path) && await seen.holdsFinished(identity, options)) {
      await removeLeftJournal(`${path}/${JOURNAL}`, () => seen.holdsFinished(identity, options))
        .catch(() => {});
      await removeLeftLock(path); // and the lock's; in a read-only folder they stay and do no harm
      return undefined;
    }
    using held = new DisposableStack();
    const folder = held.use(await RunFolder.create(path, options));
    if (await folder.holdsFinished(identity, options)) return undefined; // another process finished it first
    held.move();
    return folder;
  }

  /** Unlocks the folder, and removes it if it was made for a run that has left nothing in it. */
  [Symbol.dispose](): void {
    this.#lock?.[Symbol.dispose]();
    if (this.#isNew) removeQuietly(this.path); // which fails if there is anything in it
  }

  /**
   * Whether this run is finished in the folder.
   *
   * @param identity The run's identity.
   * @param options The files that it will write, and whether to start over, whatever run the folder holds.
   * @throws {NegscopeError} If the folder holds another run, files of these names that are not known to be a run's, or a file of this run
   * that is not as it was written.
   */
  async holdsFinished(
    identity: RunIdentity,
    { files, overwrite }: OpeningFolder,
  ): Promise<boolean> {
    if (!overwrite && await this.#holdsSame(identity, files) === "finished") return true;
    await this.#replaced(files);
    return false;
  }

  /** Whether the folder holds this run with all its files. */
  async #holdsSame(
    identity: RunIdentity,
    files: readonly string[],
  ): Promise<"finished" | "unfinished"> {
    const manifest = await this.#manifest();
    if (manifest === undefined) return "unfinished";
    const difference = identityDifference(manifest, identity);
    if (difference !== undefined) {
      const { key, called, there, here } = difference;
      throw new NegscopeError("folder-holds-other-run", {
        problem: `Cannot write into "${this.path}"`,
        subject: this.path,
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
    const hasAll = files.every((name) => names.has(name) || PICTURE.test(name)); // pictures can be drawn again
    return hasAll ? "finished" : "unfinished";
  }

  /** The files in the folder that a run with these files replaces, all of which its earlier run wrote. */
  async #replaced(files: readonly string[]): Promise<ReplacedFile[]> {
    const { names, checksums } = await recordedFiles(this.path);
    return await findReplaced(this.path, [...files, ...names], { recorded: checksums });
  }

  /** Whether it may hold an unfinished run, or only its finished rows; {@linkcode RunFolder.holdsFinished} has checked which one. */
  async holdsUnfinished(): Promise<boolean> {
    return (await this.#manifest())?.finished !== true; // the journal says itself which run it is of
  }

  /**
   * Opens the journal of the run's finished rows.
   *
   * @param identity The run's identity.
   * @param options Whether to resume the one in the folder, and what to do before the first row.
   * @throws {NegscopeError} If it cannot be read, is of another run, or was changed.
   */
  async openJournal(
    identity: RunIdentity,
    options: Omit<JournalOptions, "run">,
  ): Promise<Journal> {
    const run = sha256Text(identityText(identity));
    return await Journal.open(`${this.path}/${JOURNAL}`, { ...options, run });
  }

  /**
   * Marks the run as in progress in manifest.json, after removing the files that the folder's earlier run wrote, with `overwrite` also its
   * finished rows.
   *
   * @param manifest The run's record; its files are those that it will write.
   * @param options Whether the run starts over.
   * @throws {NegscopeError} If a file is not as the earlier run wrote it, or cannot be removed or written; nothing is removed if one of
   * them is in the way.
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
   *
   * @param manifest The run's record.
   */
  async finish(manifest: Manifest): Promise<void> {
    await settleFolder(this.path);
    await this.writeManifest({ ...manifest, finished: true });
    await settleFolder(this.path);
    this.#lock?.check();
    await removeFile(`${this.path}/${JOURNAL}`);
  }

  /** The names of the files written into it, in the order of writing, without manifest.json and report.html. */
  get files(): readonly string[] {
    return [...this.#files.keys()].filter((name) => name !== REPORT);
  }

  /** Writes a table as NAME.csv. */
  async writeTable<Row extends Cells<Row>>(table: Table<Row>): Promise<void> {
    await this.#write(`${table.name}.csv`, csvPieces(table));
  }

  /** Writes a chart as NAME.vl.json and as pictures, in print with NAME.tex. */
  async writeChart(name: string, spec: ChartSpec, pictures: Pictures): Promise<void> {
    await this.#write(`${name}.vl.json`, specText(spec));
    const drawn = await drawPictures(spec, pictures);
    for (const [file, content] of pictureFiles(name, spec, { drawn, pictures })) {
      await this.#write(file, content);
    }
    const svg = drawn.get("svg");
    if (typeof svg === "string" && pictures.preset === SCREEN) this.#onScreen.set(name, svg);
  }

  /** The charts that were drawn for the screen, as SVG by their names: a report has the same. */
  get onScreen(): ReadonlyMap<string, string> {
    return this.#onScreen;
  }

  /** Writes any other file. */
  async writeFile(name: string, content: Content): Promise<void> {
    await this.#write(name, content);
  }

  /** Writes the text that the task prints at its end as summary.txt. */
  async writeSummary(text: string): Promise<void> {
    await this.#write("summary.txt", text);
  }

  /** Writes the page that is made from the other files. */
  async writeReport(page: Content): Promise<string> {
    return await this.#write(REPORT, page);
  }

  /**
   * Writes pictures that were drawn again, in place of those that a run or an earlier call has drawn, and takes note of them in the
   * run's manifest, if there is one.
   *
   * @param drawn What their files hold by name.
   * @param options Whether the charts are those of this folder, and whether pictures of these names that are not known to be the run's own
   * are replaced.
   * @throws {NegscopeError} If another file has the name of a picture; nothing is written then.
   */
  async drawAgain(
    drawn: ReadonlyMap<string, string | Uint8Array>,
    { isOwn = true, overwrite = false }: {
      readonly isOwn?: boolean;
      readonly overwrite?: boolean;
    } = {},
  ): Promise<void> {
    const manifest = isOwn ? await this.#manifest() : undefined;
    const { checksums } = isOwn ? await recordedFiles(this.path) : { checksums: [] };
    const contents = [...drawn].map(([name, content]) => [name, sha256Text(content)] as const);
    const same = [];
    for (const [name, sha256] of contents) {
      if (await sha256IfFile(`${this.path}/${name}`) === sha256) same.push([name, sha256] as const);
    }
    const old = await findReplaced(this.path, drawn.keys(), {
      ...{ recorded: new Map([...checksums, ...same]), consented: overwrite },
      fix: "move that away, choose another folder (--out), or replace it (--overwrite)",
    });
    this.#lock?.check();
    removeReplaced(this.path, old);
    if (manifest !== undefined) {
      const pictures = { ...manifest.pictures, ...Object.fromEntries(contents) };
      await writeManifest(`${this.path}/${MANIFEST}`, { ...manifest, pictures });
    }
    for (const [name, content] of drawn) await this.#put(name, content);
  }

  /** Writes manifest.json, with the checksums of the files that were written. */
  async writeManifest(manifest: Manifest): Promise<void> {
    this.#begun = manifest;
    const isPicture = ([name]: readonly [string, string]) => PICTURE.test(name);
    const all = [...this.#files];
    const [pictures, others] = [all.filter(isPicture), all.filter((file) => !isPicture(file))];
    this.#lock?.check();
    await writeManifest(`${this.path}/${MANIFEST}`, {
      ...manifest,
      ...(others.length > 0 && { checksums: Object.fromEntries(others) }),
      ...(pictures.length > 0 && { pictures: Object.fromEntries(pictures) }),
    });
  }

  /** Writes a file whose checksum is recorded before the file has its name, so that it is known to be the run's own. */
  async #write(name: string, content: Content): Promise<string> {
    return await this.#put(name, content, async (sha256) => {
      this.#files.set(name, sha256);
      if (this.#begun !== undefined) await this.writeManifest(this.#begun);
    });
  }

  async #put(
    name: string,
    content: Content,
    record?: (sha256: string) => Promise<void>,
  ): Promise<string> {
    this.#lock?.check();
    const before = async (sha256: string) => {
      await record?.(sha256);
      this.#lock?.check();
    };
    return await writeWhole(`${this.path}/${name}`, content, { before });
  }

  async #manifest(): Promise<Manifest | undefined> {
    return await readIntactManifest(`${this.path}/${MANIFEST}`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
