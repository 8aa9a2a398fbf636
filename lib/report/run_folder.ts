/** A run's folder: files appear in it whole, and two different runs never mix in it. */

import type { Cells, Table } from "../data/table.ts";
import { folderHoldsFiles, folderHoldsOtherRun, folderNotWritable } from "../errors.ts";
import { type ChartSpec, specText } from "./charts/spec.ts";
import { tableToCsv } from "./csv.ts";
import type { Json, Manifest } from "./manifest.ts";
import { writeManifest } from "./manifest.ts";
import { type Pictures, writePictures } from "./pictures.ts";
import { writeWhole } from "./write_whole.ts";

/** What must agree for two runs to give the same files. */
export type RunIdentity = Pick<Manifest, "command" | "options" | "versions" | "sources">;

/** A folder to write a run into. */
export class RunFolder {
  /** The folder's path. */
  readonly path: string;
  readonly #files = new Set<string>();

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes a folder and tries that it can be written to.
   *
   * @param path The folder.
   * @throws {Error} If it cannot be made or written to.
   */
  static async create(path: string): Promise<RunFolder> {
    try {
      await Deno.mkdir(path, { recursive: true });
      await Deno.remove(await Deno.makeTempFile({ dir: path, prefix: ".writable-" }));
    } catch (error) {
      throw folderNotWritable(path, error);
    }
    return new RunFolder(path);
  }

  /**
   * Says whether this very run is finished in the folder.
   *
   * @param identity What the run is.
   * @param options The files it will write, and whether to start anew whatever stands there.
   * @throws {Error} If the folder holds another run, or files of these names that no run left.
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
      if (taken.length > 0) throw folderHoldsFiles(this.path, taken);
      return false;
    }
    const difference = firstDifference(manifest, identity);
    if (difference !== undefined) throw folderHoldsOtherRun(this.path, difference);
    return manifest["finished"] === true && files.every((name) => names.has(name));
  }

  /** The names of the files that were written into it, in that order; manifest.json is not among them. */
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
    await writePictures(`${this.path}/${name}`, spec, pictures);
  }

  /** Writes what the task says at its end as summary.txt. */
  async writeSummary(text: string): Promise<void> {
    await this.#write("summary.txt", text);
  }

  /** Writes manifest.json. */
  async writeManifest(manifest: Manifest): Promise<void> {
    await writeManifest(`${this.path}/manifest.json`, manifest);
  }

  async #write(name: string, content: string): Promise<void> {
    await writeWhole(`${this.path}/${name}`, content);
    this.#files.add(name);
  }

  async #readManifest(): Promise<Record<string, Json> | undefined> {
    try {
      const value: unknown = JSON.parse(await Deno.readTextFile(`${this.path}/manifest.json`));
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? value as Record<string, Json>
        : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The first part of the identity in which a manifest differs, as a text such as `seed is 1, not 0`. */
function firstDifference(
  manifest: Readonly<Record<string, Json>>,
  identity: RunIdentity,
): string | undefined {
  const flatten = (value: unknown, path: string): [string, string][] =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) =>
        flatten(inner, path === "" ? key : `${path}.${key}`)
      )
      : [[path, String(value)]];
  const { command, options, versions, sources } = manifest;
  const there = new Map(flatten({ command, options, versions, sources }, ""));
  const here = new Map(flatten(identity, ""));
  for (const key of new Set([...here.keys(), ...there.keys()])) {
    if (here.get(key) === there.get(key)) continue;
    const quoted = (value: string | undefined) => value === undefined ? "not given" : `"${value}"`;
    return `its ${key} is ${quoted(there.get(key))}, this run's is ${quoted(here.get(key))}`;
  }
  return undefined;
}
