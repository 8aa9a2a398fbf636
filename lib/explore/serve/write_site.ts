/** Writes a page with all that it needs into a folder, which any web host serves. */

import { basename, extname, isAbsolute, relative } from "node:path";
import { makeFolder } from "../../disk/folders.ts";
import { writeWhole } from "../../disk/write_whole.ts";
import { NegscopeError } from "../../errors.ts";
import { onDisk } from "../../files/disk.ts";
import { readBytes } from "../../files/read_file.ts";
import { ModelForm } from "../../model/forms/model_form.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyOption } from "../../study/choice/study_options.ts";
import type { SiteData } from "../browser/site_data.ts";
import type { EngineParts } from "../engine/explorer.ts";
import type { Place } from "../protocol.ts";
import { bundled, wasmFile } from "./bundle.ts";
import { mapsOf } from "./finished_rows.ts";
import { aboutOf, loadFiles, openFiles, type OpeningPage, type PageFiles } from "./open_engine.ts";
import { pageFiles } from "./page.ts";

const MOST_MODEL = 1e8;

/** What a folder with a page has, by which an older page is known. */
const PLACE = "explore.json";

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
      fix: "write the model as a folder with deno task export, or leave out --static",
    });
  }
  await refuseOthers(out, overwrite);
  const files = await openFiles(choice, options);
  const model = await modelFiles(files.inputs);
  const size = await sizeOf(model.paths);
  const live = size <= MOST_MODEL;
  const site = new Site(out);
  if (live) await writeLive(site, files, { model, options });
  else await writeMaps(site, files, size);
  for (const [name, bytes] of await pageFiles()) await site.write(name, bytes);
  const place: Place = { engine: live ? "worker" : "maps" };
  await site.write(PLACE, JSON.stringify(place));
  return { sizes: site.sizes, live };
}

class Site {
  readonly #out: string;
  readonly #sizes = new Map<string, number>();

  constructor(out: string) {
    this.#out = out;
  }

  get sizes(): ReadonlyMap<string, number> {
    return this.#sizes;
  }

  /** Writes a file; those in a folder are one part. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = `${this.#out}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    await makeFolder(folder, { flag: "--static" });
    await writeWhole(path, content);
    const [part] = name.split("/", 1) as [string];
    const { length } = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#sizes.set(part, (this.#sizes.get(part) ?? 0) + length);
  }
}

async function writeLive(
  site: Site,
  files: PageFiles,
  { model: { paths, ofTower }, options }: {
    readonly model: Awaited<ReturnType<typeof modelFiles>>;
    readonly options: OpeningPage;
  },
): Promise<void> {
  const { study, parts } = await loadFiles(files, options);
  await using _ = study;
  const { about, pairs, protocol, images } = parts;
  const names = [...new Set(pairs.map(({ image }) => image))];
  const data: SiteData = {
    ...{ about, pairs, protocol, pictures: await writePictures(site, names, parts.readImage) },
    model: { ...ofTower, form: { suffix: files.inputs.choice.onnx } },
    opening: withoutFolders(parts.opening),
  };
  await site.write("worker.js", await bundled("browser/worker.ts"));
  await site.write("ort.wasm", await wasmFile());
  for (const [name, path] of paths) {
    await site.write(`model/${name}`, await readBytes(path, MOST_MODEL));
  }
  await site.write("pictures.f32", embeddingBytes(names, images));
  await site.write("data.json", JSON.stringify(data));
}

async function writeMaps(
  site: Site,
  { inputs, atlas }: PageFiles,
  size: number,
): Promise<void> {
  if (atlas === undefined || inputs.images === undefined) {
    throw new NegscopeError("usage-value-missing", {
      problem: `Cannot write a page with "${inputs.modelName}"`,
      reason: `its ${Math.round(size / 1e6)} MB are more than a page carries (${
        MOST_MODEL / 1e6
      } MB)`,
      expected: "--atlas FOLDER, whose maps are shown instead",
    });
  }
  const { rows, measured } = await mapsOf(atlas, inputs.pairs);
  const { read } = inputs.images;
  const byName = new Map(inputs.pairs.map((pair) => [pair.image, pair]));
  const names = [...new Set(rows.map(({ picture }) => picture))];
  const pictures = await writePictures(site, names, (name) => read(byName.get(name)!));
  const about = { ...aboutOf(inputs, atlas), ...atlas.sizes, live: false, rows, more: 0 };
  const maps = { about, pictures: Object.fromEntries(pictures), rows: measured };
  await site.write("maps.json", JSON.stringify(maps));
}

/** Writes pictures by number: their names are anybody's. */
async function writePictures(
  site: Site,
  names: readonly string[],
  read: EngineParts["readImage"],
): Promise<SiteData["pictures"]> {
  const pictures: [string, string][] = [];
  for (const [i, name] of names.entries()) {
    const ending = /^\.[a-z]{1,5}$/.test(extname(name)) ? extname(name) : "";
    const file = `pictures/${i + 1}${ending}`;
    await site.write(file, await read(name));
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

async function modelFiles({ modelFolder, choice: { onnx: suffix } }: StudyInputs) {
  const form = await ModelForm.find(onDisk(modelFolder), { suffix });
  const filesOf = async (tower: "text" | "image") =>
    (await form.filesOf(tower)).map((path) => [relative(modelFolder, path), path] as const);
  const [text, image] = [await filesOf("text"), await filesOf("image")];
  const namesOf = (files: typeof text) => files.map(([name]) => name.replaceAll("\\", "/"));
  return {
    paths: new Map([...text, ...image]),
    ofTower: { text: namesOf(text), image: namesOf(image) },
  };
}

async function sizeOf(paths: ReadonlyMap<string, string>): Promise<number> {
  let size = 0;
  for (const path of paths.values()) size += (await Deno.stat(path)).size;
  return size;
}

/** Refuses a folder with anything but an earlier page. */
async function refuseOthers(out: string, overwrite: boolean): Promise<void> {
  await makeFolder(out, { flag: "--static" });
  const names = (await Array.fromAsync(Deno.readDir(out))).map(({ name }) => name);
  if (names.length === 0 || overwrite && names.includes(PLACE)) return;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${out}"`,
    reason: "there are files in it",
    fix: "choose another folder (--static), or write over an earlier page with --overwrite",
  });
}

/** How a script opens the study, without the folders of this machine. */
function withoutFolders(opening: EngineParts["opening"]): EngineParts["opening"] {
  return Object.fromEntries(
    Object.entries(opening).map(([name, value]) => [
      name,
      typeof value === "string" && isAbsolute(value) ? basename(value) : value,
    ]),
  );
}
