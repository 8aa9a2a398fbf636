/** A run's folder: its files are always complete, and two different runs never mix in it. */

import type { Cells, Table } from "../../tables/table.ts";
import { NegscopeError } from "../../errors/negscope_error.ts";
import { type ChartSpec, specText } from "../../charts/spec.ts";
import { SCREEN } from "../../charts/venues.ts";
import { csvPieces } from "../../tables/csv.ts";
import { lockFolder, removeLeftLock } from "../../disk/folder_lock.ts";
import { identityDifference, identityText, type RunIdentity } from "./identity_difference.ts";
import { Journal, type JournalOptions, removeLeftJournal } from "./journal.ts";
import type { Manifest } from "../../files/manifest.ts";
import { notAsWritten } from "../../files/not_as_written.ts";
import { readIntactManifest, writeManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile, sha256Text } from "../../files/sha256.ts";
import { drawPictures, PICTURE_ENDINGS, pictureFiles, type Pictures } from "../../draw/pictures.ts";
import { removeFile, removeQuietly } from "../../disk/remove.ts";
import { settleFolder } from "../../disk/folders.ts";
import { type Content, writeWhole } from "../../disk/write_whole.ts";
import { refuseForeign, writtenFiles } from "./written_files.ts";

export type { RunIdentity } from "./identity_difference.ts";

const PICTURE = new RegExp(`\\.(${PICTURE_ENDINGS.join("|")})$`);
const MANIFEST = "manifest.json";
const REPORT = "report.html";

/** The finished rows of a run in progress. */
const JOURNAL = "finished.jsonl";

/** A folder to write a run into, locked by this process until it is disposed of. */
export class RunFolder implements Disposable {
  /** The folder's path. */
  readonly path: string;
  /** SHA-256 of each written file by name. */
  readonly #files = new Map<string, string>();
  #report: string | undefined;
  readonly #onScreen = new Map<string, string>();
  readonly #lock: Disposable | undefined;
  readonly #isNew: boolean;

  private constructor(path: string, lock?: Disposable, isNew = false) {
    this.path = path;
    this.#lock = lock;
    this.#isNew = isNew;
  }

  /**
   * Creates a folder, checks that it can be written to, and keeps other processes out of it.
   *
   * @param path The folder.
   * @throws {NegscopeError} If it cannot be created or written to, or another process holds it.
   */
  static async create(path: string): Promise<RunFolder> {
    const isNew = !await isFolder(path);
    return new RunFolder(path, await lockFolder(path), isNew);
  }

  /**
   * Opens the folder for a run, unless the run is already finished in it.
   *
   * @param path The folder.
   * @param identity The run's identity.
   * @param options The files that it will write, and whether to start over, whatever the folder holds.
   * @returns The folder, or undefined if this run is finished in it, even if another process holds it.
   * @throws {NegscopeError} If it cannot be written to, another process holds it, or it contains another run or files that no run wrote.
   */
  static async open(
    path: string,
    identity: RunIdentity,
    options: { readonly files: readonly string[]; readonly overwrite: boolean },
  ): Promise<RunFolder | undefined> {
    const seen = new RunFolder(path);
    if (await isFolder(path) && await seen.holdsFinished(identity, options)) {
      await removeLeftJournal(`${path}/${JOURNAL}`, () => seen.holdsFinished(identity, options))
        .catch(() => {});
      await removeLeftLock(path); // and the lock's; in a read-only folder they stay and do no harm
      return undefined;
    }
    using held = new DisposableStack();
    const folder = held.use(await RunFolder.create(path));
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
   * @param options The files that it will write, and whether to start over, whatever the folder holds.
   * @throws {NegscopeError} If the folder holds another run, files of these names that no run wrote, or a file of this run that is not as
   * it was written.
   */
  async holdsFinished(
    identity: RunIdentity,
    { files, overwrite }: { readonly files: readonly string[]; readonly overwrite: boolean },
  ): Promise<boolean> {
    if (overwrite) {
      await refuseForeign(this.path);
      return false;
    }
    const names = new Set(await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name));
    const manifest = await this.#manifest();
    if (manifest === undefined) {
      const taken = files.filter((name) => names.has(name)).sort();
      if (taken.length === 0) return false;
      throw new NegscopeError("folder-holds-files", {
        problem: `Cannot write into "${this.path}"`,
        subject: this.path,
        reason: `it holds ${taken.join(", ")} without a manifest.json`,
        fix: "choose another folder (--out), or start anew there (--overwrite)",
      });
    }
    const difference = identityDifference(manifest, identity);
    if (difference !== undefined) {
      const { key, there, here } = difference;
      throw new NegscopeError("folder-holds-other-run", {
        problem: `Cannot write into "${this.path}"`,
        subject: this.path,
        reason: key === "versions.code"
          ? "it holds a run that was made by other code of the kit"
          : `it holds another run, its ${key} is ${there}, this run's is ${here}`,
        fix: "choose another folder (--out), or start anew there (--overwrite)",
      });
    }
    if (!manifest.finished) return false;
    for (const [name, sha256] of Object.entries(manifest.checksums ?? {})) {
      if (!names.has(name)) continue;
      if (await sha256IfFile(`${this.path}/${name}`) !== sha256) {
        throw notAsWritten(`${this.path}/${name}`);
      }
    }
    return files.every((name) => names.has(name) || PICTURE.test(name)); // pictures can be drawn again
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
   * Marks the run as in progress in manifest.json, after removing the files that an earlier run left half written, or with
   * `overwrite` all files that the folder's earlier run wrote and that are still as it wrote them.
   *
   * @param manifest The run's record; its files are those that it will write.
   * @param options Whether the run starts over.
   * @throws {NegscopeError} If a file cannot be removed or written, or manifest.json is not a run's.
   */
  async begin(manifest: Manifest, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    const old = overwrite ? await writtenFiles(this.path) : [];
    const partial = [...manifest.files, MANIFEST].map((name) => `${name}.partial`);
    const journal = overwrite ? [JOURNAL] : [];
    for (const name of [...old, ...journal, ...partial]) await removeFile(`${this.path}/${name}`);
    await this.writeManifest(manifest);
  }

  /**
   * Marks the run as finished in manifest.json, with the checksums of its files, and removes its journal. When it returns, all files are
   * on the disk.
   *
   * @param manifest The run's record.
   */
  async finish(manifest: Manifest): Promise<void> {
    const lasting = [...this.#files].filter(([name]) => !PICTURE.test(name));
    const report = this.#report === undefined ? [] : [[REPORT, this.#report]];
    const checksums = Object.fromEntries([...lasting, ...report]);
    await settleFolder(this.path);
    await this.writeManifest({ ...manifest, checksums, finished: true });
    await settleFolder(this.path);
    await removeFile(`${this.path}/${JOURNAL}`);
  }

  /** The names of the files written into it, in the order of writing, without manifest.json and report.html. */
  get files(): readonly string[] {
    return [...this.#files.keys()];
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

  /**
   * Takes note of report.html, which is made from the other files.
   *
   * @param sha256 The checksum of its bytes.
   */
  reportWritten(sha256: string): void {
    this.#report = sha256;
  }

  /** Writes manifest.json. */
  async writeManifest(manifest: Manifest): Promise<void> {
    await writeManifest(`${this.path}/${MANIFEST}`, manifest);
  }

  async #write(name: string, content: Content): Promise<void> {
    this.#files.set(name, await writeWhole(`${this.path}/${name}`, content));
  }

  async #manifest(): Promise<Manifest | undefined> {
    return await readIntactManifest(`${this.path}/${MANIFEST}`);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}
