/** Writes a page with all that it needs into a folder, which any web host serves. */

import { basename, isAbsolute, relative } from "node:path";
import { NegscopeError } from "../../errors.ts";
import { onDisk, readBytes } from "../../files/read_file.ts";
import { ModelForm } from "../../model/forms/model_form.ts";
import { pictureKind } from "../../reading/picture.ts";
import type { StudyInputs } from "../../study/choice/inputs.ts";
import type { StudyOption } from "../../study/choice/study_options.ts";
import type { SiteData } from "../browser/site_data.ts";
import type { EngineParts } from "../engine/explorer.ts";
import {
  aboutOf,
  loadFiles,
  MOST_ROWS,
  openFiles,
  type OpeningPage,
  type PageFiles,
} from "./open_engine.ts";
import { SiteFolder } from "./site_folder.ts";
import { pageFiles, scriptFile, wasmFile } from "./page.ts";
import { readTables } from "../../compare/read_tables.ts";
import type { Pair } from "../../data/pairs.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { withoutGuard } from "../../tables/csv.ts";
import type { ExplorerRow, Scores } from "../protocol.ts";
import { type FinishedRun, notOfPage } from "./read_run.ts";

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
      fix: "write the model as a folder with deno task export, or leave out --static",
    });
  }
  using site = await SiteFolder.open(out, overwrite);
  const files = await openFiles(choice, options);
  const model = await modelFiles(files.inputs);
  const size = await sizeOf(model.paths);
  const live = size <= MOST_MODEL;
  if (!live) refuseWithoutMaps(files, size);
  if (live) await writeLive(site, files, { model, options });
  else await writeMaps(site, files);
  for (const [name, bytes] of await pageFiles()) await site.write(name, bytes);
  await site.finish(live ? "worker" : "maps");
  return { sizes: site.sizes, live };
}

async function writeLive(
  site: SiteFolder,
  files: PageFiles,
  { model: { paths, ofTower }, options }: {
    readonly model: Awaited<ReturnType<typeof modelFiles>>;
    readonly options: OpeningPage;
  },
): Promise<void> {
  const { study, parts } = await loadFiles(files, options);
  await using _ = study;
  await site.begin();
  const { about, pairs, protocol, images } = parts;
  const names = [...new Set(pairs.map(({ image }) => image))];
  const data: SiteData = {
    ...{ about, pairs, protocol, pictures: await writePictures(site, names, parts.readImage) },
    model: { ...ofTower, form: { suffix: files.inputs.choice.onnx } },
    opening: withoutFolders(parts.opening),
  };
  await site.write("worker.js", await scriptFile("worker.js"));
  await site.write("ort.wasm", await wasmFile());
  for (const [name, path] of paths) {
    await site.write(`model/${name}`, await readBytes(path, MOST_MODEL));
  }
  await site.write("pictures.f32", embeddingBytes(names, images));
  await site.write("data.json", JSON.stringify(data));
}

function refuseWithoutMaps({ inputs: { images, modelName }, run }: PageFiles, size: number): void {
  if (run !== undefined && images !== undefined) return;
  const [own, most] = [size, MOST_MODEL].map((bytes) => Math.round(bytes / 1e6));
  throw new NegscopeError("usage-value-missing", {
    problem: `Cannot write a page with "${modelName}"`,
    reason: `its ${own} MB are more than a page carries (${most} MB)`,
    expected: "the folder of a finished run of it, whose maps are shown instead",
  });
}

async function writeMaps(site: SiteFolder, { inputs, run }: PageFiles): Promise<void> {
  const { rows, scores } = await finishedRows(run!, inputs.pairs);
  await site.begin();
  const { read } = inputs.images!;
  const byName = new Map(inputs.pairs.map((pair) => [pair.image, pair]));
  const names = [...new Set(rows.map(({ picture }) => picture))];
  const pictures = await writePictures(site, names, (name) => read(byName.get(name)!));
  const about = { ...aboutOf(inputs, run), ...run!.sizes, live: false, rows, more: 0 };
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
    if (kind === undefined) throw noPicture(name);
    const file = `pictures/${i + 1}.${kind}`;
    await site.write(file, bytes);
    pictures.push([name, file]);
  }
  return pictures;
}

function noPicture(name: string): NegscopeError {
  return new NegscopeError("image-undecodable", {
    problem: `Cannot publish "${name}"`,
    subject: name,
    reason: "its bytes are no picture",
    expected: "a PNG, JPEG, WebP, GIF or TIFF file",
  });
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

/** How a script opens the study, without the folders of this machine. */
function withoutFolders(opening: EngineParts["opening"]): EngineParts["opening"] {
  return Object.fromEntries(
    Object.entries(opening).map(([name, value]) => [
      name,
      typeof value === "string" && isAbsolute(value) ? basename(value) : value,
    ]),
  );
}

export async function finishedRows(
  { folder, parts, run }: FinishedRun,
  pairs: readonly Pair[],
): Promise<{ readonly rows: ExplorerRow[]; readonly scores: Readonly<Record<string, Scores>> }> {
  const file = `${EVALUATE.name}.csv`;
  const scored = parts.find(({ manifest: { checksums = {} } }) => Object.hasOwn(checksums, file));
  if (scored === undefined || run!.maps.length === 0) {
    throw notOfPage(folder, "it has no scores and values of single rows");
  }
  const tables = await readTables(scored.folder, scored.manifest, [EVALUATE.name]);
  const known = new Map(pairs.map((pair) => [pair.id, pair]));
  const rows: ExplorerRow[] = [];
  const scores: Record<string, Scores> = {};
  for (const line of tables.get(EVALUATE.name)!.slice(0, MOST_ROWS)) {
    const pair = known.get(withoutGuard(line.text("id")));
    if (pair === undefined) continue;
    const { id: row, caption, foil, image: picture, negation: negated } = pair;
    const [s, s_foil, d] = ["s_caption", "s_foil", "d"].map((name) => line.number(name)!);
    rows.push({ row, caption, foil, picture, negated, d: d! });
    scores[row] = { caption: s!, foil: s_foil!, d: d! };
  }
  return { rows, scores };
}
