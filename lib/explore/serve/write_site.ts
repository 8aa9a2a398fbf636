/** Writes a page with all that it needs into a folder, which any web host serves. */

import { basename, isAbsolute, relative } from "node:path";
import { findReplaced, lockFolder, makeFolder } from "../../disk/folders.ts";
import { removeFile, writeWhole } from "../../disk/write_whole.ts";
import { NegscopeError } from "../../errors.ts";
import { commandOf } from "../../errors/command.ts";
import { MOST_BYTES, onDisk, readBytes, readText } from "../../files/read_file.ts";
import { sha256IfFile } from "../../files/sha256.ts";
import type { ExplorerRow, Place, Scores } from "../protocol.ts";
import { ModelForm } from "../../model/forms/model_form.ts";
import { pictureKind } from "../../reading/picture.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyOption } from "../../study/choice/study_options.ts";
import type { SiteData } from "../connect.ts";
import type { EngineParts } from "../engine/explorer.ts";
import {
  aboutOf,
  loadFiles,
  MOST_ROWS,
  openFiles,
  type OpeningPage,
  type PageFiles,
  rowOf,
} from "./open_engine.ts";
import { pageFiles, scriptFile, wasmFile } from "./page.ts";
import type { Pair } from "../../data/pairs.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { type FinishedRun, notOfPage } from "./read_run.ts";

const PLACE = "explore.json";

const JOURNAL = "explore.journal";

const BEGUN = "A page of negscope is being written here.\n";

/** What the files of a page are called: where its writing was cut off, files of these names are replaced. */
const NAMES =
  /^(index\.html|page\.(css|js)|icon\.svg|worker\.js|ort\.wasm|(data|maps|explore)\.json|pictures\.f32|pictures\/\d+\.[a-z]+|model\/.+)(\.partial)?$/;

/**
 * The folder of a static page. `explore.json` lists the page's files with their checksums: it is removed first and written last, so that a
 * page is whole or is none. A journal says that a page is being written; after a kill the same command goes on.
 */
export class SiteFolder implements Disposable {
  readonly #out: string;
  readonly #lock: Disposable;
  readonly #earlier: readonly string[];
  readonly #files = new Map<string, string>();
  /** The bytes written, by the part of the page. */
  readonly sizes = new Map<string, number>();

  private constructor(out: string, lock: Disposable, earlier: readonly string[]) {
    [this.#out, this.#lock, this.#earlier] = [out, lock, earlier];
  }

  /** Opens a folder that is empty, holds a page that may be written over, or holds one whose writing was cut off. */
  static async open(out: string, overwrite: boolean): Promise<SiteFolder> {
    const lock = await lockFolder(out, { flag: "--static" });
    try {
      const isBegun = await textIn(out, JOURNAL) === BEGUN;
      const known = filesOf(await textIn(out, PLACE));
      const isOwn = async (name: string) => {
        if (name === PLACE && known.size > 0 || name === `${JOURNAL}.partial`) return true;
        if (isBegun && (name === JOURNAL || NAMES.test(name))) return true;
        return known.has(name) && known.get(name) === await sha256IfFile(`${out}/${name}`);
      };
      const fix = "move that away, or choose another folder (--static)";
      const earlier = await findReplaced(out, await filesIn(out), { isOwn, fix });
      if (known.size > 0 && !isBegun && !overwrite) {
        throw new NegscopeError("folder-taken", {
          problem: `Cannot write into "${out}"`,
          reason: "there is a page in it",
          fix: "choose another folder (--static), or write over an earlier page with --overwrite",
        });
      }
      return new SiteFolder(out, lock, earlier);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Removes the page that is there. */
  async begin(): Promise<void> {
    await writeWhole(`${this.#out}/${JOURNAL}`, BEGUN);
    await removeFile(`${this.#out}/${PLACE}`);
    for (const path of this.#earlier) {
      if (path !== `${this.#out}/${JOURNAL}`) await removeFile(path);
    }
  }

  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = `${this.#out}/${name}`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await makeFolder(path.slice(0, path.lastIndexOf("/")), { flag: "--static" });
    this.#files.set(name, await writeWhole(path, bytes));
    const [part] = name.split("/", 1) as [string];
    this.sizes.set(part, (this.sizes.get(part) ?? 0) + bytes.length);
  }

  /** Makes the page one. */
  async finish(engine: Place["engine"]): Promise<void> {
    const place: Place = { engine, files: Object.fromEntries(this.#files) };
    await writeWhole(`${this.#out}/${PLACE}`, JSON.stringify(place));
    await removeFile(`${this.#out}/${JOURNAL}`);
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }
}

async function textIn(out: string, name: string): Promise<string | undefined> {
  const info = await Deno.lstat(`${out}/${name}`).catch(() => undefined);
  return info?.isFile ? await readText(`${out}/${name}`, MOST_BYTES.rows) : undefined;
}

/** The files that a page lists, with their checksums; none of what is no page's list. */
function filesOf(place = "{}"): ReadonlyMap<string, unknown> {
  try {
    return new Map(Object.entries((JSON.parse(place) as Partial<Place>).files ?? {}));
  } catch {
    return new Map();
  }
}

/** All that is in a folder but folders and its lock, by names with slashes. */
async function filesIn(folder: string, above = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) names.push(...await filesIn(`${folder}/${name}`, `${above}${name}/`));
    else if (name !== ".lock") names.push(above + name);
  }
  return names.sort();
}

const MOST_MODEL = 1e8;

/** The choices that a page cannot carry: its model is a folder as it is. */
const NOT_CARRIED: readonly StudyOption[] = [
  ...["onnxText", "onnxVision", "weights", "tokenizer", "randomWeights"] as const,
  ...["activation", "edit", "imageEmbeddings"] as const,
];

export async function writeSite(
  choice: StudyInputs["choice"],
  { out, overwrite, ...options }: OpeningPage & {
    readonly out: string;
    readonly overwrite: boolean;
  },
): Promise<{ readonly sizes: ReadonlyMap<string, number>; readonly live: boolean }> {
  const { called = (option) => option } = options;
  const wrong = NOT_CARRIED.find((option) => choice[option] !== undefined);
  if (wrong !== undefined) {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot write a page with ${called(wrong)}`,
      subject: called(wrong),
      reason: "a page carries the files of a model's folder as they are",
      fix: `write the model as a folder with ${commandOf("export")}, or leave out --static`,
    });
  }
  using site = await SiteFolder.open(out, overwrite);
  const files = await openFiles(choice, options);
  const model = await modelFiles(files.inputs);
  const live = model.size <= MOST_MODEL;
  if (live) await writeLive(site, { ...files, model }, options);
  else await writeMaps(site, files, model.size);
  for (const [name, bytes] of await pageFiles()) await site.write(name, bytes);
  await site.finish(live ? "worker" : "maps");
  return { sizes: site.sizes, live };
}

async function writeLive(
  site: SiteFolder,
  files: PageFiles & { readonly model: Awaited<ReturnType<typeof modelFiles>> },
  options: OpeningPage,
): Promise<void> {
  const { study, parts } = await loadFiles(files, options);
  await using _ = study;
  await site.begin();
  const { about, pairs, protocol, images } = parts;
  const { inputs: { modelFolder, choice: { onnx: suffix } }, model } = files;
  const names = [...new Set(pairs.map(({ image }) => image))];
  const data: SiteData = {
    ...{ about, pairs, protocol, pictures: await writePictures(site, names, parts.readImage) },
    model: { ...model.ofTower, form: { suffix } },
    opening: withoutFolders(parts.opening),
  };
  await site.write("worker.js", await scriptFile("worker.js"));
  await site.write("ort.wasm", await wasmFile());
  for (const name of model.names) {
    await site.write(`model/${name}`, await readBytes(`${modelFolder}/${name}`, MOST_MODEL));
  }
  await site.write("pictures.f32", embeddingBytes(names, images));
  await site.write("data.json", JSON.stringify(data));
}

/** A page of a model that is too large for one has what a run measured. */
async function writeMaps(
  site: SiteFolder,
  { inputs, inputs: { images, modelName, pairs }, run }: PageFiles,
  size: number,
): Promise<void> {
  if (run === undefined || images === undefined) {
    const [own, most] = [size, MOST_MODEL].map((bytes) => Math.round(bytes / 1e6));
    throw new NegscopeError("usage-value-missing", {
      problem: `Cannot write a page with "${modelName}"`,
      reason: `its ${own} MB are more than a page carries (${most} MB)`,
      expected: "the folder of a finished run of it, whose maps are shown instead",
    });
  }
  const { rows, scores } = finishedRows(run, pairs);
  await site.begin();
  const byName = new Map(pairs.map((pair) => [pair.image, pair]));
  const names = [...new Set(rows.map(({ picture }) => picture))];
  const pictures = await writePictures(site, names, (name) => images.read(byName.get(name)!));
  const about = { ...aboutOf(inputs, run), ...run.sizes, live: false, rows, more: 0 };
  const maps = { about, pictures: Object.fromEntries(pictures), scores };
  await site.write("maps.json", JSON.stringify(maps));
}

/** Writes pictures by number and with the endings of what they are: their names are anybody's, and a host might run some. */
export async function writePictures(
  site: Pick<SiteFolder, "write">,
  names: readonly string[],
  read: EngineParts["readImage"],
): Promise<SiteData["pictures"]> {
  const pictures: [string, string][] = [];
  for (const [i, name] of names.entries()) {
    const bytes = await read(name);
    const kind = pictureKind(bytes);
    if (kind === undefined) {
      throw new NegscopeError("image-undecodable", {
        problem: `Cannot publish "${name}"`,
        subject: name,
        reason: "its bytes are no picture",
        expected: "a PNG, JPEG, WebP, GIF or TIFF file",
      });
    }
    const file = `pictures/${i + 1}.${kind}`;
    await site.write(file, bytes);
    pictures.push([name, file]);
  }
  return pictures;
}

/** The embeddings of pictures one after the other, as float32 of the common byte order. */
function embeddingBytes(names: readonly string[], images: EngineParts["images"]): Uint8Array {
  const size = images.get(names[0]!)!.length;
  const all = new Float32Array(names.length * size);
  names.forEach((name, i) => all.set(images.get(name)!, i * size));
  return new Uint8Array(all.buffer);
}

/** The files of each tower, by their names in the model's folder, and how large all are. */
async function modelFiles({ modelFolder, choice: { onnx: suffix } }: StudyInputs) {
  const form = await ModelForm.find(onDisk(modelFolder), { suffix });
  const namesOf = async (tower: "text" | "image") =>
    (await form.filesOf(tower)).map((path) => relative(modelFolder, path).replaceAll("\\", "/"));
  const ofTower = { text: await namesOf("text"), image: await namesOf("image") };
  const names = new Set([...ofTower.text, ...ofTower.image]);
  let size = 0;
  for (const name of names) size += (await Deno.stat(`${modelFolder}/${name}`)).size;
  return { ofTower, names, size };
}

/** How a script opens the study, without the folders of this machine. */
function withoutFolders(opening: EngineParts["opening"]): EngineParts["opening"] {
  const shortened = (value: unknown) =>
    typeof value === "string" && isAbsolute(value) ? basename(value) : value;
  return Object.fromEntries(Object.entries(opening).map(([name, own]) => [name, shortened(own)]));
}

export function finishedRows(
  { folder, parts, run }: FinishedRun,
  pairs: readonly Pair[],
): { readonly rows: ExplorerRow[]; readonly scores: Readonly<Record<string, Scores>> } {
  const scored = parts.find(({ schemas }) => schemas.has(EVALUATE.name));
  if (scored === undefined || run!.maps.length === 0) {
    throw notOfPage(folder, "it has no scores and values of single rows");
  }
  const known = new Map(pairs.map((pair) => [pair.id, pair]));
  const rows: ExplorerRow[] = [];
  const scores: Record<string, Scores> = {};
  for (const { id, s_caption, s_foil, d, segment } of scored.rows(EVALUATE).slice(0, MOST_ROWS)) {
    const pair = known.get(id);
    if (pair === undefined) continue;
    rows.push({ ...rowOf(pair), d, segment });
    scores[pair.id] = { caption: s_caption, foil: s_foil, d, segment };
  }
  return { rows, scores };
}
