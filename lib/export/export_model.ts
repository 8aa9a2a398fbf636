/** A model of any published form as ONNX files with their settings, for the kit, onnxruntime and transformers.js. */

import { DISK, onDisk, OpenedFile } from "../files/read_file.ts";
import type { TowerName } from "../architecture/names/conventions.ts";
import { findReplaced, lockFolder, makeFolder, refuseLink } from "../disk/folders.ts";
import { findTower, logitScaleProperties } from "../engine/graph/find_tower.ts";
import { NegscopeError } from "../errors.ts";
import { checkSizes } from "../edits/changes.ts";
import { type Edit, EDIT_KINDS, editText } from "../edits/edit.ts";
import { withChangedWeights } from "../engine/weights/changed_weights.ts";
import { Weights } from "../engine/weights/weights.ts";
import { graphBytes } from "../onnx/build.ts";
import type { Graph } from "../onnx/graph.ts";
import { GraphFile } from "../onnx/graph_file.ts";
import { isWeightFile } from "../reading/path.ts";
import { editedWeights, textPlace } from "../model/clip_model.ts";
import { type FormChoice, ModelForm } from "../model/forms/model_form.ts";
import {
  configFile,
  foreignPreprocessors,
  preprocessorExport,
  type SettingsFile,
  tokenizerExport,
} from "./settings_files.ts";
import { dirname, join } from "node:path";
import { removeFile, writeWhole } from "../disk/write_whole.ts";
import { modelFileUnreadable } from "../model/model_json.ts";
import { isAbsent } from "../reading/files.ts";

interface ExportedFile {
  readonly name: string;
  readonly content: Iterable<Uint8Array>; // its bytes, which can be asked for more than once
}

/** The files of an export that are still to be written. Others of their names are removed first, so that no mixture of models is there. */
async function clearPlace(
  folder: string,
  files: readonly ExportedFile[],
  { absent, overwrite }: {
    /** Names that no file may have, since what is read would be another model. */
    readonly absent: readonly string[];
    readonly overwrite: boolean; // whether files of these names are removed or replaced
  },
): Promise<ExportedFile[]> {
  for (const { name } of files) {
    if (dirname(name) !== ".") await refuseLink(join(folder, dirname(name)));
  }
  const missing: ExportedFile[] = [];
  const taken: string[] = [];
  for (const name of absent) {
    if (await isTaken(`${folder}/${name}`)) taken.push(name);
  }
  for (const file of files) {
    const path = `${folder}/${file.name}`;
    const isThere = await isTaken(path);
    if (isThere && await holdsBytes(path, file.content)) continue;
    missing.push(file);
    if (isThere) taken.push(file.name);
  }
  if (taken.length > 0 && !overwrite) {
    throw new NegscopeError("folder-taken", {
      problem: `Cannot write into "${folder}"`,
      reason: `it holds other files with the names ${taken.join(", ")}`,
      fix: "choose another folder (--out), or replace them (--overwrite)",
    });
  }
  const names = [...missing.map(({ name }) => name), ...absent];
  const replaced = await findReplaced(folder, names.reverse(), { isOwn: () => true });
  for (const path of replaced) await removeFile(path); // config.json first, without which there is no model
  return missing;
}

async function writeFiles(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { name, content } of files) {
    const path = join(folder, name);
    await makeFolder(dirname(path));
    await writeWhole(path, content);
  }
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path); // a link counts, whether or not it leads anywhere
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw modelFileUnreadable(path, error);
  }
}

const PART = 1 << 20; // bytes that are compared at a time

/** Whether a file holds these bytes; false also if it is no file or cannot be read. */
async function holdsBytes(path: string, content: Iterable<Uint8Array>): Promise<boolean> {
  try {
    using file = new OpenedFile(path);
    let offset = 0;
    for (const piece of content) {
      for (let at = 0; at < piece.length; at += PART) {
        const part = piece.subarray(at, at + PART);
        if (offset + part.length > file.size) return false;
        const there = await file.read(offset, part.length);
        if (part.some((byte, i) => byte !== there[i])) return false;
        offset += part.length;
      }
    }
    return offset === file.size;
  } catch {
    return false;
  }
}

interface ExportOptions extends FormChoice {
  readonly towers?: readonly ("text" | "image")[]; // towers to export; default: ["text", "image"]
  /** An edit that is written into the weights; with one, a text tower that is ONNX already is written too. @default {none} */
  readonly edit?: Edit | undefined;
  readonly overwrite?: boolean;
  /** The most bytes of an ONNX file; the weights of a larger one get a file of their own beside it. @default {2^31 - 1} */
  readonly largest?: number;
}

interface OpenTower {
  readonly kind: TowerName;
  readonly name: string;
  readonly taken: string; // file that it was taken from, and where its activation is from
  readonly model: ExportedFile;
  readonly data?: ExportedFile; // file of its weights, unless the ONNX file holds them
  /** Throws an error if a file of its weights has changed since it was opened. */
  readonly checkUnchanged: () => Promise<void>;
}

const NAMES = { text: "text_model.onnx", image: "vision_model.onnx" } as const;
const GRAPHS = "onnx";

/**
 * Writes a model as ONNX: `onnx/text_model.onnx`, `onnx/vision_model.onnx`, and beside `onnx/` the settings and the tokeniser, as
 * transformers.js and this kit read them. All weights are of single precision. A tower of 2 GB or more has them in a file of their own, such
 * as `onnx/text_model.onnx_data`. The same model gives the same bytes. Every file appears complete or not at all, and config.json appears
 * last: a folder with it has everything. Files that are there already with the same bytes stay, so that an export that was cut off can be
 * repeated.
 */
export async function exportModel(
  folder: string,
  out: string,
  options: ExportOptions = {},
): Promise<{
  readonly folder: string;
  /** Its files that make up the model, relative to the folder, in the order in which they were written. */
  readonly files: readonly string[];
  /** The file that each tower was taken from, and where its activation is from. */
  readonly taken: Readonly<Partial<Record<"text" | "image", string>>>;
}> {
  const { towers = ["text", "image"], overwrite = false, largest, edit } = options;
  if (edit !== undefined) checkBakeable(edit);
  const form = await ModelForm.find(onDisk(folder), options);
  await refuseModelFolder(folder, out);
  form.checkWeightsUsed(towers);
  const settings: SettingsFile[] = []; // checked as for a model that is loaded
  if (towers.includes("text")) settings.push(...await tokenizerExport(form));
  if (towers.includes("image")) settings.push(await preprocessorExport(form));
  using open = new DisposableStack();
  const opened: OpenTower[] = [];
  for (const kind of towers) opened.push(await openTower(form, kind, { open, largest, edit }));
  const data = opened.flatMap(({ data }) => data ?? []);
  const graphs = opened.flatMap(({ data, model }) => data ? [data, model] : [model]); // a graph follows what it refers to
  settings.push(await configFile(form, opened.filter(({ data }) => data).map(({ name }) => name)));
  const files = [...graphs, ...settings.map(({ name, bytes }) => ({ name, content: [bytes] }))];
  using _held = await lockFolder(out);
  const missing = await clearPlace(out, files, {
    absent: [
      ...opened.map(({ name }) => `${GRAPHS}/${dataOf(name)}`)
        .filter((name) => data.every((file) => file.name !== name)),
      ...towers.includes("image") ? await foreignPreprocessors(out) : [],
    ],
    overwrite,
  });
  await writeFiles(out, missing.filter((file) => graphs.includes(file)));
  for (const { checkUnchanged } of opened) await checkUnchanged();
  await writeFiles(out, missing.filter((file) => !graphs.includes(file)));
  return {
    folder: out,
    files: files.map(({ name }) => name),
    taken: Object.fromEntries(opened.map(({ kind, taken }) => [kind, taken])),
  };
}

async function openTower(
  form: ModelForm,
  kind: TowerName,
  { open, largest, edit: given }: {
    readonly open: DisposableStack;
    readonly largest: number | undefined;
    readonly edit: Edit | undefined;
  },
): Promise<OpenTower> {
  const { origin, file: onnx, takenWith, isBuilt, logitScale } = await form.tower(kind);
  const edit = kind === "text" ? given : undefined;
  if (!isBuilt && edit === undefined) {
    throw new NegscopeError("export-onnx-already", {
      problem: `Cannot export the ${kind} tower of "${form.folder}"`,
      reason: `it is ONNX already, ${onnx}`,
      fix: "copy that file, or give the weights to build it from: --weights FILE",
    });
  }
  const file = new GraphFile(origin);
  const stored = await file.open();
  open.defer(() => file.close());
  const { settings } = form;
  const graph = edit === undefined ? stored : await editedGraph(file, stored, { edit, settings });
  const name = NAMES[kind];
  const scale = form.settings.family.scaled && await logitScale?.(); // a family of one scale needs none
  const { model, data } = graphBytes(
    graph,
    { dataName: dataOf(name), largest, ...(scale && { properties: logitScaleProperties(scale) }) },
  );
  return {
    kind,
    name,
    taken: takenWith(file.zeros),
    checkUnchanged: () => file.checkUnchanged(),
    model: { name: `${GRAPHS}/${name}`, content: model },
    ...(data && { data: { name: `${GRAPHS}/${dataOf(name)}`, content: data } }),
  };
}

function dataOf(name: string): string {
  return `${name}_data`;
}

/** Refuses the model's own folder, and one with the weights of another model, whose settings would no longer be theirs. */
async function refuseModelFolder(folder: string, out: string): Promise<void> {
  const real = (path: string) => Deno.realPath(path).catch(() => undefined); // the next use of a folder says why
  const source = await real(folder);
  if (source !== undefined && source === await real(out)) {
    throw new NegscopeError("folder-taken", {
      problem: `Cannot export a model into its own folder "${out}"`,
      reason: "later runs would read the ONNX files in place of its weights",
      fix: "choose another folder (--out)",
    });
  }
  const names = await Array.fromAsync(Deno.readDir(out), ({ name }) => name).catch(() => []);
  const weights = names.find(isWeightFile);
  if (weights === undefined) return;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot export the model in "${folder}" into "${out}"`,
    subject: out,
    reason: `it is the folder of a model, with its weights in ${weights}`,
    fix: "choose another folder (--out)",
  });
}

function checkBakeable(edit: Edit): void {
  const part = EDIT_KINDS[edit.kind];
  if (part === "weights") return;
  throw new NegscopeError("change-unfit", {
    problem: `Cannot export edit ${editText(edit)}`,
    subject: edit.name,
    reason: part === "scores"
      ? "it changes how sentences are scored, which no weight does"
      : "it changes activations at the last position of each run, which no weight does",
    expected: "an edit of kind scale, map or transplant",
    fix: "lay it over the model with --edit where that is run",
  });
}

async function editedGraph(
  file: GraphFile,
  graph: Graph,
  { edit, settings }: { readonly edit: Edit; readonly settings: ModelForm["settings"] },
): Promise<Graph> {
  checkSizes(edit, settings.config.text);
  const options = textPlace(settings);
  const place = { ...options, ...findTower(graph, options).found };
  const changes = await editedWeights(edit, new Weights(file, graph, place), DISK);
  return withChangedWeights(graph, place, changes).withStoredWeights();
}
