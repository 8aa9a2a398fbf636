/** Writes a page with all that it needs into a folder, which any web host serves. */

import { basename, dirname, isAbsolute, relative } from "node:path";
import type { Pair } from "../../data/pairs.ts";
import {
  findReplaced,
  lockFolder,
  makeFolder,
  removeFile,
  writeWhole,
} from "../../files/write_whole.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { MOST_BYTES, onDisk, readBytes, readText, sha256IfFile } from "../../files/read_file.ts";
import { ModelForm } from "../../model/forms/model_form.ts";
import { pictureKind } from "../../reading/picture.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyOption } from "../../study/choice/study_options.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import type { SiteData } from "../connect.ts";
import type { EngineParts } from "../engine/explorer.ts";
import type { Place } from "../protocol.ts";
import {
  loadFiles,
  MOST_ROWS,
  openFiles,
  type OpeningPage,
  type PageFiles,
  pageRows,
} from "./open_engine.ts";
import { pageFiles, scriptFile, wasmFile } from "./page.ts";
import { type FinishedRun, notOfPage } from "./read_run.ts";

type Make = () => string | Uint8Array | Promise<string | Uint8Array>;

const PLACE = "explore.json";

/**
 * Writes the files of a page. `explore.json` first says that the page is not whole and which files it may have, so that after a kill the
 * same command goes on, and at the end lists them with their checksums. Returns the bytes written, by the part of the page.
 */
export async function writePage(
  out: string,
  files: ReadonlyMap<string, Make>,
  { engine, overwrite }: Pick<Place, "engine"> & { readonly overwrite: boolean },
): Promise<ReadonlyMap<string, number>> {
  using _held = await lockFolder(out);
  const earlier = await earlierFiles(out, overwrite);
  const write = (place: Place) => writeWhole(`${out}/${PLACE}`, JSON.stringify(place));
  const begun = [...earlier, ...files.keys()].map((name) => [name, ""]);
  await write({ engine: "none", files: Object.fromEntries(begun) });
  for (const name of earlier) await removeFile(`${out}/${name}`);
  const sizes = new Map<string, number>();
  const sums: Record<string, string> = {};
  for (const [name, make] of files) {
    const path = `${out}/${name}`;
    const content = await make();
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await makeFolder(dirname(path));
    sums[name] = await writeWhole(path, bytes);
    const [part] = name.split("/", 1) as [string];
    sizes.set(part, (sizes.get(part) ?? 0) + bytes.length);
  }
  await write({ engine, files: sums });
  return sizes;
}

/** The files of the page that is in a folder, whole or begun; refused if others are there, or the page may not be written over. */
async function earlierFiles(out: string, overwrite: boolean): Promise<string[]> {
  const place = await readText(`${out}/${PLACE}`, MOST_BYTES.rows)
    .then((text): Required<Place> | null => JSON.parse(text)).catch(() => null);
  const { engine, files } = place ?? {};
  const isBegun = engine === "none";
  const isOwn = async (name: string, { isFile }: Deno.FileInfo) => {
    if (!isFile || !(files instanceof Object)) return false;
    if (name === PLACE) return true;
    if (isBegun) return Object.hasOwn(files, name.replace(/\.partial$/, ""));
    return files[name] === await sha256IfFile(`${out}/${name}`);
  };
  const earlier = await findReplaced(out, await filesIn(out), { isOwn });
  if (earlier.length > 0 && !isBegun && !overwrite) {
    throw new NegscopeError("folder-taken", {
      problem: `Cannot write into "${out}"`,
      reason: "there is a page in it",
      fix: "choose another folder, or write over an earlier page with --overwrite",
    });
  }
  return earlier.map((path) => path.slice(out.length + 1)).filter((name) => name !== PLACE);
}

async function filesIn(folder: string, above = ""): Promise<string[]> {
  const names: string[] = [];
  const listed = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  for (const { name, isDirectory } of listed) {
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
      fix: "put the files into a model's folder, or leave out --static",
    });
  }
  await earlierFiles(out, overwrite); // refused before any work
  const files = await openFiles(choice, options);
  const { modelFolder, choice: { onnx: suffix } } = files.inputs;
  const model = await modelFiles(files.inputs);
  const loaded = model.size <= MOST_MODEL ? await loadFiles(files, options) : undefined;
  await using _study = loaded?.study;
  const { about, readImage } = loaded?.parts ?? finishedPage(files, model.size);
  const names = [...new Set(about.rows.map(({ picture }) => picture))];
  const pictures = await pictureFiles(names, readImage);
  const data: SiteData = { about, pictures };
  const made = new Map<string, Make>(pictures.map(([name, file]) => [file, () => readImage(name)]));
  if (loaded !== undefined) {
    const { pairs, protocol, images, opening } = loaded.parts;
    const ownModel = { ...model.ofTower, form: { suffix } };
    Object.assign(data, {
      engine: { pairs, protocol, model: ownModel, opening: withoutFolders(opening) },
    });
    made.set("worker.js", () => scriptFile("worker.js"));
    made.set("ort.wasm", wasmFile);
    made.set("pictures.f32", () => embeddingBytes(names, images));
    for (const name of model.names) {
      made.set(`model/${name}`, () => readBytes(`${modelFolder}/${name}`, MOST_MODEL));
    }
  }
  made.set("data.json", () => JSON.stringify(data));
  for (const [name, bytes] of await pageFiles()) made.set(name, () => bytes);
  const live = loaded !== undefined;
  return {
    sizes: await writePage(out, made, { engine: live ? "worker" : "maps", overwrite }),
    live,
  };
}

/** A page of a model that is too large for one has what a run measured. */
function finishedPage(
  { inputs: { images, modelName, pairs }, about, run }: PageFiles,
  size: number,
): Pick<EngineParts, "about" | "readImage"> {
  if (run === undefined || images === undefined) {
    const [own, most] = [size, MOST_MODEL].map((bytes) => Math.round(bytes / 1e6));
    throw new NegscopeError("usage-value-missing", {
      problem: `Cannot write a page with "${modelName}"`,
      reason: `its ${own} MB are more than a page carries (${most} MB)`,
      expected: "the folder of a finished run of it, whose maps are shown instead",
    });
  }
  const byName = new Map(pairs.map((pair) => [pair.image, pair]));
  return {
    about: { ...about, ...run.sizes, ...finishedRows(run, pairs), live: false, more: 0 },
    readImage: (name) => images.read(byName.get(name)!),
  };
}

/** Names files of pictures by number and with the endings of what they are: their own names are anybody's, and a host might run some. */
export async function pictureFiles(
  names: readonly string[],
  read: EngineParts["readImage"],
): Promise<SiteData["pictures"]> {
  return await Array.fromAsync(names.entries(), async ([i, name]) => {
    const kind = pictureKind(await read(name));
    if (kind !== undefined) return [name, `pictures/${i + 1}.${kind}`] as const;
    throw new NegscopeError("image-undecodable", {
      problem: `Cannot publish "${name}"`,
      subject: name,
      reason: "its bytes are no picture",
      expected: "a PNG, JPEG, WebP or GIF file",
    });
  });
}

function embeddingBytes(names: readonly string[], images: EngineParts["images"]): Uint8Array {
  const size = images.get(names[0]!)!.length;
  const all = new Float32Array(names.length * size);
  names.forEach((name, i) => all.set(images.get(name)!, i * size));
  return new Uint8Array(all.buffer);
}

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

function withoutFolders(opening: EngineParts["opening"]): EngineParts["opening"] {
  const shortened = (value: unknown) =>
    typeof value === "string" && isAbsolute(value) ? basename(value) : value;
  return Object.fromEntries(Object.entries(opening).map(([name, own]) => [name, shortened(own)]));
}

export function finishedRows(
  { folder, parts, run }: FinishedRun,
  pairs: readonly Pair[],
): ReturnType<typeof pageRows> {
  const scored = parts.find(({ schemas }) => schemas.has(EVALUATE.name));
  if (scored === undefined || run!.maps.length === 0) {
    throw notOfPage(folder, "it has no scores and values of single rows");
  }
  const scores = new Map(scored.rows(EVALUATE).map((row) => [row.id, row]));
  return pageRows(pairs.filter(({ id }) => scores.has(id)).slice(0, MOST_ROWS), scores);
}
