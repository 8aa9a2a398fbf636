/** The files that a process writes into a run's folder: each is whole, and manifest.json has its checksum. */

import type { Cells, Table } from "../../tables/table.ts";
import { type ChartSpec, specText } from "../../charts/spec.ts";
import { SCREEN } from "../../charts/venues.ts";
import type { FolderLock } from "../../disk/folder_lock.ts";
import { findReplaced, removeReplaced } from "../../disk/replaced_files.ts";
import { type Content, writeWhole } from "../../disk/write_whole.ts";
import { drawPictures, PICTURE_ENDINGS, pictureFiles, type Pictures } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import { readIntactManifest, writeManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile, sha256Text } from "../../files/sha256.ts";
import { csvPieces } from "../../tables/csv.ts";
import { MANIFEST, recordedFiles } from "./written_files.ts";

const PICTURE = new RegExp(`\\.(${PICTURE_ENDINGS.join("|")})$`);
const REPORT = "report.html";

/** Whether a file is a chart's picture, which can be drawn again. */
export function isPicture(name: string): boolean {
  return PICTURE.test(name);
}

export class FolderFiles {
  readonly path: string;
  readonly #lock: FolderLock | undefined;
  /** SHA-256 of each written file by name. */
  readonly #files = new Map<string, string>();
  readonly #onScreen = new Map<string, string>();
  /** What manifest.json says, once it was written. */
  #begun: Manifest | undefined;

  /**
   * Names the folder.
   *
   * @param lock What keeps other processes out of it. @default {none: nothing will be written}
   */
  constructor(path: string, lock?: FolderLock) {
    this.path = path;
    this.#lock = lock;
  }

  /** The names of the files written into it, in the order of writing, without manifest.json and report.html. */
  get files(): readonly string[] {
    return [...this.#files.keys()].filter((name) => name !== REPORT);
  }

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

  async writeFile(name: string, content: Content): Promise<void> {
    await this.#write(name, content);
  }

  async writeReport(page: Content): Promise<string> {
    return await this.#write(REPORT, page);
  }

  /**
   * Writes pictures that were drawn again, in place of those that a run or an earlier call has drawn, and takes note of them in the
   * run's manifest, if there is one.
   */
  async drawAgain(
    drawn: ReadonlyMap<string, string | Uint8Array>,
    { isOwn = true, overwrite = false }: {
      readonly isOwn?: boolean;
      readonly overwrite?: boolean;
    } = {},
  ): Promise<void> {
    const manifest = isOwn ? await readIntactManifest(`${this.path}/${MANIFEST}`) : undefined;
    const { checksums } = isOwn ? await recordedFiles(this.path) : { checksums: [] };
    const contents = [...drawn].map(([name, content]) => [name, sha256Text(content)] as const);
    const same = [];
    for (const [name, sha256] of contents) {
      if (await sha256IfFile(`${this.path}/${name}`) === sha256) same.push([name, sha256] as const);
    }
    const old = await findReplaced(this.path, drawn.keys(), {
      recorded: new Map([...checksums, ...same]),
      consented: overwrite,
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

  async writeManifest(manifest: Manifest): Promise<void> {
    this.#begun = manifest;
    const all = [...this.#files];
    const pictures = all.filter(([name]) => isPicture(name));
    const others = all.filter(([name]) => !isPicture(name));
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
}
