/** A run's folder: its files are always complete, two different runs never mix in it, and a killed run goes on after its finished rows. */

import {
  type Content,
  fileNotWritten,
  findReplaced,
  lockFolder,
  openAtEnd,
  removeFile,
  removeQuietly,
  writeWhole,
} from "../files/write_whole.ts";
import { type Manifest, notAsWritten, readManifest, writeManifest } from "../files/manifest.ts";
import { isSamePath, linesOf, sha256IfFile } from "../files/read_file.ts";
import type { KeptRows } from "../study/rows/once_per_group.ts";
import { type ChartSpec, SCREEN, specText } from "../charts/spec.ts";
import { drawPictures, PICTURE_ENDINGS, pictureFiles, type Pictures } from "../draw/pictures.ts";
import { NegscopeError } from "../errors/negscope_error.ts";
import { sha256Text } from "../reading/sha256.ts";
import { identityDifference, identityText, type RunIdentity } from "./identity.ts";

interface JournalOptions {
  /** Whether to keep the rows in the file; otherwise it starts empty. */
  readonly resume: boolean;
  /** What identifies the run: rows of another one are left out. */
  readonly run: string;
  readonly begin: () => Promise<void>;
}

/** Keeps finished rows by phase. When it is disposed of, the file is closed but stays; rows finished later are not kept. */
interface Journal extends Disposable {
  phase(phase: string): KeptRows;
}

type Line = readonly [phase: string, key: string, values: readonly number[]];

type Rows = Map<string, readonly number[]>;

const MARK = "negscope journal";

/** Opens a journal: a line of JSON names the run, then each finished row has one. What follows a damaged or cut line is left out, and written anew. */
export async function openJournal(
  path: string,
  { resume, run, begin }: JournalOptions,
): Promise<Journal> {
  const { rowsOf, length } = await readJournal(path, run, resume);
  let begun: Promise<void> | undefined;
  let file: Deno.FsFile | undefined;
  let isClosed = false;
  const append = (line: Line) => { // synchronous, so that rows kept at the same time do not mix their lines
    try {
      if (file === undefined) {
        file = openAtEnd(path);
        file.truncateSync(length);
        file.seekSync(length, Deno.SeekMode.Start);
        if (length === 0) writeLine(file, [MARK, run, []]);
      }
      writeLine(file, line);
    } catch (cause) {
      throw fileNotWritten(path, cause);
    }
  };
  return {
    phase: (phase) => {
      const rows = rowsOf.getOrInsertComputed(phase, () => new Map());
      const added = new Set<string>(); // their numbers are only in the file: a long run would fill the memory with them
      return {
        get size() {
          return rows.size + added.size;
        },
        get: (key) => rows.get(key),
        keep: async (key, values) => {
          const numbers = Array.from(values);
          if (!numbers.every(Number.isFinite)) return; // JSON cannot hold it; the row is computed again
          if (!rows.has(key)) added.add(key);
          await (begun ??= begin());
          if (!isClosed) append([phase, key, numbers]);
        },
      };
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      file?.close();
      file = undefined;
    },
  };
}

function writeLine(file: Deno.FsFile, line: Line): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** The rows of a run in a journal, and how many bytes their lines have. Refuses a file that is no journal. */
async function readJournal(
  path: string,
  run: string,
  resume: boolean,
): Promise<{ readonly rowsOf: Map<string, Rows>; readonly length: number }> {
  const rowsOf = new Map<string, Rows>();
  let length = 0;
  try {
    for await (const bytes of linesOf(path)) {
      const line = parsed(bytes);
      if (length === 0 && line?.[0] !== MARK) {
        throw notAsWritten(path, "move it away, and its rows are computed again");
      }
      if (!resume || line === undefined || length === 0 && line[1] !== run) break;
      const [phase, key, values] = line;
      if (length > 0) rowsOf.getOrInsertComputed(phase, () => new Map()).set(key, values);
      length += bytes.length;
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw fileNotWritten(path, cause);
  }
  return { rowsOf, length };
}

function parsed(bytes: Uint8Array): Line | undefined {
  try {
    const line: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line) || line.length !== 3) return false;
  const [phase, key, values]: readonly unknown[] = line;
  return typeof phase === "string" && typeof key === "string" && Array.isArray(values) &&
    values.every((value) => typeof value === "number");
}

const [MANIFEST, JOURNAL, REPORT] = ["manifest.json", "finished.jsonl", "report.html"];

interface OpeningFolder {
  readonly files: readonly string[];
  readonly overwrite: boolean;
}

function isPicture(name: string): boolean {
  return PICTURE_ENDINGS.some((ending) => name.endsWith(`.${ending}`));
}

/** A folder to write a run into, locked by this process until it is disposed of. */
export class RunFolder implements Disposable {
  readonly path: string;
  readonly #lock: Disposable;
  readonly #isNew: boolean;
  readonly #run: RunIdentity | undefined;
  readonly #files = new Map<string, string>();
  /** The charts that were drawn for the screen, as SVG by their names: a report has the same. */
  readonly onScreen = new Map<string, string>();

  private constructor(path: string, lock: Disposable, isNew: boolean, run?: RunIdentity) {
    [this.path, this.#lock, this.#isNew, this.#run] = [path, lock, isNew, run];
  }

  static async create(path: string, run?: RunIdentity): Promise<RunFolder> {
    const isNew = !await Deno.stat(path).then(() => true, () => false);
    return new RunFolder(path, await lockFolder(path), isNew, run);
  }

  /** Opens the folder for a run. Undefined if this run is finished in it, also where nothing can be written. */
  static async open(
    path: string,
    identity: RunIdentity,
    options: OpeningFolder,
  ): Promise<RunFolder | undefined> {
    if (await isFinishedIn(path, identity, options)) return undefined;
    using held = new DisposableStack();
    const folder = held.use(await RunFolder.create(path, identity));
    if (await isFinishedIn(path, identity, options)) return undefined; // another process finished it meanwhile
    await folder.findReplaced(options.files); // refused before any work
    held.move();
    return folder;
  }

  /** The names of the files written into it, in the order of writing, without manifest.json and report.html. */
  get files(): readonly string[] {
    return [...this.#files.keys()].filter((name) => name !== REPORT);
  }

  /** Opens the finished rows of the run for which the folder was opened, those that it had before only if it goes on. */
  async openJournal(
    { overwrite, begin }: Pick<JournalOptions, "begin"> & Pick<OpeningFolder, "overwrite">,
  ): Promise<Journal> {
    const run = sha256Text(identityText(this.#run!));
    return await openJournal(`${this.path}/${JOURNAL}`, { resume: !overwrite, run, begin });
  }

  /** Marks the run as in progress, after removing the files that the folder's earlier run wrote. */
  async begin(manifest: Manifest, { overwrite }: { readonly overwrite: boolean }): Promise<void> {
    for (const path of await this.findReplaced(manifest.files)) await removeFile(path);
    if (overwrite) await removeFile(`${this.path}/${JOURNAL}`);
    await this.writeManifest(manifest);
  }

  /** The files of the folder's earlier run and those with the names of a new one; refuses them if one is not as a run wrote it. */
  async findReplaced(files: readonly string[]): Promise<string[]> {
    const old = await readManifest(`${this.path}/${MANIFEST}`);
    const listed = new Set([...old?.files ?? [], REPORT].filter(isPlainName));
    const sums = new Map(Object.entries({ ...old?.checksums, ...old?.pictures }));
    const names = [...files, ...old === undefined ? [] : [...listed, ...sums.keys()]];
    return await findReplaced(this.path, names.filter(isPlainName), {
      isOwn: async (name) =>
        old !== undefined &&
        (!old.finished && listed.has(name) ||
          sums.has(name) && await sha256IfFile(`${this.path}/${name}`) === sums.get(name)),
    });
  }

  async writeChart(name: string, spec: ChartSpec, pictures: Pictures): Promise<void> {
    await this.writeFile(`${name}.vl.json`, specText(spec));
    const drawn = await drawPictures(spec, pictures);
    for (const [file, content] of pictureFiles(name, spec, { drawn, pictures })) {
      await this.writeFile(file, content);
    }
    const svg = drawn.get("svg");
    if (typeof svg === "string" && pictures.preset === SCREEN) this.onScreen.set(name, svg);
  }

  async writeFile(name: string, content: Content): Promise<void> {
    this.#files.set(name, await writeWhole(`${this.path}/${name}`, content));
  }

  /** Writes pictures that were drawn again in place of earlier ones, and notes them in the run's manifest, if there is one. */
  async drawAgain(
    drawn: ReadonlyMap<string, string | Uint8Array>,
    { isOwn = true, overwrite = false }: {
      readonly isOwn?: boolean;
      readonly overwrite?: boolean;
    } = {},
  ): Promise<void> {
    const manifest = isOwn ? await readManifest(`${this.path}/${MANIFEST}`) : undefined;
    const sums = Object.fromEntries([...drawn].map(([name, text]) => [name, sha256Text(text)]));
    await findReplaced(this.path, drawn.keys(), {
      isOwn: async (name) => {
        if (overwrite) return true;
        const sha256 = await sha256IfFile(`${this.path}/${name}`);
        return sha256 === manifest?.pictures?.[name] || sha256 === sums[name];
      },
      fix: "move that away, choose another folder, or replace it (--overwrite)",
    });
    if (manifest !== undefined) {
      const pictures = { ...manifest.pictures, ...sums };
      await writeManifest(`${this.path}/${MANIFEST}`, { ...manifest, pictures });
    }
    for (const [name, content] of drawn) await writeWhole(`${this.path}/${name}`, content);
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    const [pictures, others] = [true, false].map((is) =>
      Object.fromEntries([...this.#files].filter(([name]) => isPicture(name) === is))
    );
    await writeManifest(`${this.path}/${MANIFEST}`, {
      ...manifest,
      checksums: others!,
      pictures: pictures!,
    });
  }

  /** Marks the run as finished, with the checksums of its files, and removes its journal. */
  async finish(manifest: Manifest): Promise<void> {
    await this.writeManifest({ ...manifest, finished: true });
    await removeFile(`${this.path}/${JOURNAL}`);
  }

  /** Unlocks the folder, and removes it if it was made for a run that has left nothing in it. */
  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
    if (this.#isNew) removeQuietly(this.path); // which fails if there is anything in it
  }
}

async function isFinishedIn(
  path: string,
  identity: RunIdentity,
  { files, overwrite }: OpeningFolder,
): Promise<boolean> {
  const manifest = await readManifest(`${path}/${MANIFEST}`);
  if (manifest === undefined || overwrite) return false;
  const difference = identityDifference(manifest, identity);
  if (difference !== undefined) {
    throw folderTaken(path, `, ${difference.reason}`, ", or start anew there (--overwrite)");
  }
  if (!manifest.finished) return false;
  for (const [name, sha256] of Object.entries(manifest.checksums ?? {})) {
    const found = await sha256IfFile(`${path}/${name}`);
    if (found !== undefined && found !== sha256) throw notAsWritten(`${path}/${name}`);
  }
  const names = new Set(await Array.fromAsync(Deno.readDir(path), ({ name }) => name));
  return files.every((name) => names.has(name) || isPicture(name)); // pictures can be drawn again
}

function folderTaken(path: string, how = "", or = ""): NegscopeError {
  return new NegscopeError("folder-taken", {
    problem: `Cannot write into "${path}"`,
    reason: `it holds another run${how}`,
    fix: `choose another folder${or}`,
  });
}

/** Refuses to write single files into the folder of a run, except that from which they are made. */
export async function refuseOtherRun(out: string, own?: string): Promise<void> {
  if (own !== undefined && await isSamePath(own, out)) return;
  if (await readManifest(`${out}/${MANIFEST}`) !== undefined) throw folderTaken(out);
}

/** Removes what earlier runs have written into folders, all or nothing. */
export async function clearRuns(paths: readonly string[]): Promise<void> {
  using held = new DisposableStack();
  const replaced: string[] = [];
  for (const path of paths) {
    if (await readManifest(`${path}/${MANIFEST}`) === undefined) continue;
    const folder = held.use(await RunFolder.create(path));
    replaced.push(...await folder.findReplaced([]), `${path}/${MANIFEST}`, `${path}/${JOURNAL}`);
  }
  for (const path of replaced) await removeFile(path);
}

/** Whether a name is that of a file in the folder itself: a manifest from elsewhere may list others. */
function isPlainName(name: string): boolean {
  return /^\w[\w.-]*$/.test(name) && name !== MANIFEST;
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
