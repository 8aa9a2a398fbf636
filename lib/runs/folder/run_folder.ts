/** A run's folder: its files are always complete, and two different runs never mix in it. */

import type { Cells, Table } from "../../tables/table.ts";
import { NegscopeError } from "../../errors/negscope_error.ts";
import { type ChartSpec, specText } from "../../charts/spec.ts";
import { SCREEN } from "../../charts/venues.ts";
import { tableToCsv } from "../../tables/csv.ts";
import { lockFolder, removeLeftLock } from "../../files/folder_lock.ts";
import { identityDifference, type RunIdentity } from "./identity_difference.ts";
import { Journal } from "./journal.ts";
import { type Manifest, writeManifest } from "../../files/manifest.ts";
import { manifestUnreadable } from "../../files/run_record.ts";
import type { Json } from "../../files/json.ts";
import { PICTURE_FORMATS, type Pictures, writePictures } from "../../draw/pictures.ts";
import { fileNotWritten } from "../../files/writing_errors.ts";
import { writeWhole } from "../../files/write_whole.ts";

export type { RunIdentity } from "./identity_difference.ts";

const CHART = ".vl.json";
const PICTURE = new RegExp(`\\.(${PICTURE_FORMATS.join("|")})$`);

/** The finished rows of a run in progress. */
const JOURNAL = "finished.jsonl";

/** Files that a run may write besides those that its manifest lists. */
const UNLISTED = ["report.html", JOURNAL];

/** A folder to write a run into, locked by this process until it is disposed of. */
export class RunFolder implements Disposable {
  /** The folder's path. */
  readonly path: string;
  readonly #files = new Set<string>();
  readonly #onScreen = new Map<string, string>();
  readonly #lock: Disposable | undefined;

  private constructor(path: string, lock?: Disposable) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Creates a folder, checks that it can be written to, and keeps other processes out of it.
   *
   * @param path The folder.
   * @throws {NegscopeError} If it cannot be created or written to, or another process holds it.
   */
  static async create(path: string): Promise<RunFolder> {
    return new RunFolder(path, await lockFolder(path));
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
    const exists = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
    const seen = new RunFolder(path);
    if (exists && await seen.holdsFinished(identity, options)) {
      await seen.#remove(JOURNAL).catch(() => {}); // a process killed at its very end may leave this file
      await removeLeftLock(path); // and the lock's; in a read-only folder they stay and do no harm
      return undefined;
    }
    using held = new DisposableStack();
    const folder = held.use(await RunFolder.create(path));
    if (await folder.holdsFinished(identity, options)) return undefined; // another process finished it first
    held.move();
    return folder;
  }

  /** Unlocks the folder. */
  [Symbol.dispose](): void {
    this.#lock?.[Symbol.dispose]();
  }

  /**
   * Whether this run is finished in the folder.
   *
   * @param identity The run's identity.
   * @param options The files that it will write, and whether to start over, whatever the folder holds.
   * @throws {NegscopeError} If the folder holds another run, or files of these names that no run wrote.
   */
  async holdsFinished(
    identity: RunIdentity,
    { files, overwrite }: { readonly files: readonly string[]; readonly overwrite: boolean },
  ): Promise<boolean> {
    if (overwrite) return false;
    const names = new Set(await Array.fromAsync(Deno.readDir(this.path), ({ name }) => name));
    const manifest = await this.#readManifest();
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
        reason: `it holds another run, its ${key} is ${there}, this run's is ${here}`,
        fix: "choose another folder (--out), or start anew there (--overwrite)",
      });
    }
    const isThere = (name: string) => names.has(name) || PICTURE.test(name); // pictures can be drawn again
    return manifest["finished"] === true && files.every(isThere);
  }

  /** Whether it holds an unfinished run; {@linkcode RunFolder.holdsFinished} has checked which one. */
  async holdsUnfinished(): Promise<boolean> {
    return (await this.#readManifest())?.["finished"] === false;
  }

  /**
   * Opens the journal of the run's finished rows.
   *
   * @param options Whether to resume the one in the folder, and what to do before the first row.
   */
  async openJournal(
    options: { readonly resume: boolean; readonly begin: () => Promise<void> },
  ): Promise<Journal> {
    return await Journal.open(`${this.path}/${JOURNAL}`, options);
  }

  /**
   * Marks the run as in progress in manifest.json, after removing the files that an earlier run left half written, or with
   * `overwrite` all of its files.
   *
   * @param manifest The run's record; its files are those that it will write.
   * @param options Whether the run starts over.
   * @throws {NegscopeError} If a file cannot be removed or written.
   */
  async begin(manifest: Manifest, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    const old = overwrite
      ? [...plainNames((await this.#readManifest())?.["files"]), ...UNLISTED]
      : [];
    const pictures = old.filter((name) => name.endsWith(CHART)).flatMap((name) =>
      PICTURE_FORMATS.map((format) => name.replace(CHART, `.${format}`))
    );
    const partial = [...old, ...manifest.files, "manifest.json"].map((name) => `${name}.partial`);
    for (const name of [...old, ...pictures, ...partial]) await this.#remove(name);
    await this.writeManifest(manifest);
  }

  /**
   * Marks the run as finished in manifest.json, and removes its journal.
   *
   * @param manifest The run's record.
   */
  async finish(manifest: Manifest): Promise<void> {
    await this.writeManifest(manifest);
    await this.#remove(JOURNAL);
  }

  /** The names of the files written into it, in the order of writing, without manifest.json. */
  get files(): readonly string[] {
    return [...this.#files];
  }

  /** Writes a table as NAME.csv. */
  async writeTable<Row extends Cells<Row>>(table: Table<Row>): Promise<void> {
    await this.#write(`${table.name}.csv`, tableToCsv(table));
  }

  /** Writes a chart as NAME.vl.json and as pictures. */
  async writeChart(name: string, spec: ChartSpec, pictures: Pictures): Promise<void> {
    await this.#write(`${name}.vl.json`, specText(spec));
    const drawn = await writePictures(`${this.path}/${name}`, spec, pictures);
    const svg = drawn.get("svg");
    if (typeof svg === "string" && pictures.preset === SCREEN) this.#onScreen.set(name, svg);
    for (const format of pictures.formats) this.#files.add(`${name}.${format}`);
  }

  /** The charts that were drawn for the screen, as SVG by their names: a report has the same. */
  get onScreen(): ReadonlyMap<string, string> {
    return this.#onScreen;
  }

  /** Writes any other file. */
  async writeFile(name: string, content: string): Promise<void> {
    await this.#write(name, content);
  }

  /** Writes the text that the task prints at its end as summary.txt. */
  async writeSummary(text: string): Promise<void> {
    await this.#write("summary.txt", text);
  }

  /** Writes manifest.json. */
  async writeManifest(manifest: Manifest): Promise<void> {
    await writeManifest(`${this.path}/manifest.json`, manifest);
  }

  async #remove(name: string): Promise<void> {
    try {
      await Deno.remove(`${this.path}/${name}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw fileNotWritten(`${this.path}/${name}`, error);
    }
  }

  async #write(name: string, content: string): Promise<void> {
    await writeWhole(`${this.path}/${name}`, content);
    this.#files.add(name);
  }

  /** The manifest in the folder; undefined if there is none or it is not a JSON object. */
  async #readManifest(): Promise<Record<string, Json> | undefined> {
    const path = `${this.path}/manifest.json`;
    try {
      const value: unknown = JSON.parse(await Deno.readTextFile(path));
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? value as Record<string, Json>
        : undefined;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
      throw manifestUnreadable(path, error);
    }
  }
}

/** The names in a list that are not paths, since a manifest may have been changed by hand. */
function plainNames(files: Json | undefined): string[] {
  return (Array.isArray(files) ? files : []).filter((name): name is string =>
    typeof name === "string" && /^[\w-][\w.-]*$/.test(name)
  );
}
