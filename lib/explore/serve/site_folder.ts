/**
 * The folder of a static page. `explore.json` lists the page's files with their checksums: it is removed first and written last, so that a
 * page is whole or is none. While a page is written, a journal lists the files instead, those of the page before it too; after a kill the
 * same command goes on by it.
 */

import { extname } from "node:path";
import { lockFolder, makeFolder } from "../../disk/folders.ts";
import { openAtEnd, removeFile, writeWhole } from "../../disk/write_whole.ts";
import { NegscopeError } from "../../errors.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { sha256IfFile } from "../../files/sha256.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { Place } from "../protocol.ts";

const PLACE = "explore.json";

const JOURNAL = "explore.journal";

/** The first line of a journal. */
const HEAD = "The files of a page of negscope that is being written:";

/** Files by name with the checksums that they may have; a file whose writing was not ended has none. */
type Known = Map<string, Set<string>>;

export class SiteFolder implements Disposable {
  readonly #out: string;
  readonly #lock: Disposable;
  readonly #known: Known;
  readonly #files = new Map<string, string>();
  readonly #sizes = new Map<string, number>();
  #journal: Deno.FsFile | undefined;

  private constructor(out: string, lock: Disposable, known: Known) {
    [this.#out, this.#lock, this.#known] = [out, lock, known];
  }

  /** Opens a folder that is empty, holds a page that may be written over, or holds one whose writing was ended by a kill. */
  static async open(out: string, overwrite: boolean): Promise<SiteFolder> {
    const lock = await lockFolder(out, { flag: "--static" });
    try {
      const known = new Map<string, Set<string>>();
      const place = await textIn(out, PLACE);
      if (place !== undefined) addPlace(known, place);
      const journal = await textIn(out, JOURNAL);
      const isBegun = journal?.startsWith(HEAD) === true;
      for (const line of isBegun ? journal!.split("\n") : []) addLine(known, line);
      const own = [".lock", `${PLACE}.partial`, `${JOURNAL}.partial`];
      own.push(...known.size > 0 ? [PLACE] : [], ...isBegun ? [JOURNAL] : []);
      const names = (await filesIn(out)).filter((name) => !own.includes(name));
      const foreign = await firstForeign(out, names, known);
      if (foreign !== undefined) {
        const fix = "move that away, or choose another folder (--static)";
        throw taken(out, `${foreign} is not known to be a page's`, fix);
      }
      if (place !== undefined && !isBegun && !overwrite) throw taken(out, "there is a page in it");
      return new SiteFolder(out, lock, known);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** The bytes written, by the part of the page. */
  get sizes(): ReadonlyMap<string, number> {
    return this.#sizes;
  }

  /** Removes the page that is there. */
  async begin(): Promise<void> {
    const lines = [...this.#known].flatMap(([name, sums]) =>
      [...sums].map((sum) => `${sum} ${name}\n`)
    );
    await writeWhole(`${this.#out}/${JOURNAL}`, [`${HEAD}\n`, ...lines]);
    this.#journal = openAtEnd(`${this.#out}/${JOURNAL}`);
    await removeFile(`${this.#out}/${PLACE}`);
    for (const name of this.#known.keys()) {
      await removeFile(`${this.#out}/${name}.partial`);
      await removeFile(`${this.#out}/${name}`);
    }
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = `${this.#out}/${name}`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#journal!.writeSync(new TextEncoder().encode(`${sha256Text(bytes)} ${name}\n`));
    await makeFolder(path.slice(0, path.lastIndexOf("/")), { flag: "--static" });
    this.#files.set(name, await writeWhole(path, bytes));
    const [part] = name.split("/", 1) as [string];
    this.#sizes.set(part, (this.#sizes.get(part) ?? 0) + bytes.length);
  }

  /** Makes the page one. */
  async finish(engine: Place["engine"]): Promise<void> {
    const place: Place = { engine, files: Object.fromEntries(this.#files) };
    await writeWhole(`${this.#out}/${PLACE}`, JSON.stringify(place));
    await removeFile(`${this.#out}/${JOURNAL}`);
  }

  [Symbol.dispose](): void {
    this.#journal?.[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}

async function textIn(out: string, name: string): Promise<string | undefined> {
  const info = await Deno.lstat(`${out}/${name}`).catch(() => undefined);
  return info?.isFile ? await readText(`${out}/${name}`, MOST_BYTES.rows) : undefined;
}

function addPlace(known: Known, text: string): void {
  let files: unknown;
  try {
    ({ files } = JSON.parse(text));
  } catch { /* it is no page's, and then nothing is known */ }
  for (const [name, sum] of Object.entries(files ?? {})) addLine(known, `${sum} ${name}`);
}

function addLine(known: Known, line: string): void {
  const [, sum, name] = /^([0-9a-f]{64}|) ([^/\\].*)$/.exec(line) ?? [];
  if (name === undefined || name.split("/").includes("..")) return;
  known.getOrInsertComputed(name, () => new Set()).add(sum!);
}

/** All that is in a folder but folders, by names with slashes. */
async function filesIn(folder: string, above = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const whole = above + name;
    if (isDirectory) names.push(...await filesIn(`${folder}/${name}`, `${whole}/`));
    else names.push(whole);
  }
  return names.sort();
}

/** The first file that a page did not write, or that was changed since. */
async function firstForeign(
  out: string,
  names: readonly string[],
  known: Known,
): Promise<string | undefined> {
  for (const name of names) {
    const path = `${out}/${name}`;
    const partial = name.endsWith(".partial") ? name.slice(0, -extname(name).length) : undefined;
    if (partial !== undefined && known.has(partial)) continue;
    const { isFile } = await Deno.lstat(path);
    const sum = isFile ? await sha256IfFile(path) : undefined;
    if (sum === undefined || !known.get(name)?.has(sum)) return name;
  }
  return undefined;
}

function taken(
  out: string,
  reason: string,
  fix = "choose another folder (--static), or write over an earlier page with --overwrite",
): NegscopeError {
  return new NegscopeError("folder-taken", {
    problem: `Cannot write into "${out}"`,
    reason,
    fix,
  });
}
