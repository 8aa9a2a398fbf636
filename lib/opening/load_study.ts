/** The files of a study's model: their checksums, which decide whether two runs are the same and a kept embedding can be used, and the towers loaded from them. */

import {
  digestFile,
  DISK,
  fileChanged,
  fileStamp,
  KnownDigests,
  onDisk,
  sha256Each,
  sha256File,
  sha256Together,
} from "../files/read_file.ts";
import { sha256Text } from "../reading/sha256.ts";
import type { Edit } from "../edits/edit.ts";
import { basename, dirname, type FileDigest, type TakenTower } from "../reading/path.ts";
import { type FormChoice, ModelForm } from "../model/forms/model_form.ts";
import {
  type Checksums,
  MADE_ROWS,
  runsImageTower,
  type StudyInputs,
} from "../study/choice/inputs.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { SHARP } from "./images/image_folder.ts";
import { ClipModel } from "../model/clip_model.ts";
import type { Runtime } from "../onnx/runtime.ts";
import { codeVersion, VERSION } from "../version/code.ts";
import type { StudySource } from "../study/study_source.ts";
import { Study } from "../study/study.ts";
import { findModel, nameOf } from "./find_model.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";

export const IMAGES = "images"; // name of all images together among the sources of a run

/** Reads all files of a study once; no model is loaded. A shard has the checksums of the whole run, rows of a script that of their JSON. */
export async function checksumsOf(
  inputs: StudyInputs,
  digests: KnownDigests = new KnownDigests(),
): Promise<Checksums> {
  const { choice, modelFolder, dataPath, data: { sha256 }, images, embeddings, subjectSizes } =
    inputs;
  const known = new Map<string, FileDigest>();
  const stamps = new Map<string, string>();
  const digest = async (paths: readonly string[]) => {
    for (const path of paths) {
      if (known.has(path)) continue;
      stamps.set(path, await fileStamp(path)); // before the bytes are read, so that no change goes unseen
      known.set(path, await digestFile(path, modelFolder, (file) => digests.of(file)));
    }
    return paths.map((path) => known.get(path)!);
  };
  const form = await ModelForm.find(onDisk(modelFolder), formChoice(choice));
  const text = await digest(await form.filesOf("text"));
  const runsTower = runsImageTower(inputs);
  const image = runsTower ? await digest(await form.filesOf("image")) : [];
  const given: FileDigest[] = [];
  for (const [file, { path, stamp }] of embeddings?.files ?? []) {
    stamps.set(path, stamp);
    given.push({ file, sha256: await sha256File(path) });
  }
  const data = [{ file: dataPath === undefined ? MADE_ROWS : basename(dataPath), sha256 }];
  const ofImages = await sha256Each(images?.paths ?? new Map(), (path) => digests.of(path));
  if (images !== undefined) data.push({ file: IMAGES, sha256: sha256Together(ofImages) });
  const made = madeDigests(choice);
  const own = [...known.values()];
  const { edit } = inputs;
  const edits = edit === undefined ? [] : await editDigests(edit, { name: "edit", digest });
  if (subjectSizes !== undefined) data.push(subjectSizes);
  const sources = { model: [...own, ...given, ...made, ...edits], data };
  const ofTowers = {
    text: [...text, ...made, ...edits],
    image: runsTower ? [...image, ...made] : [],
  };
  const ofImage = runsTower ? image : given;
  const towers = {
    text: namelessSum(text),
    ...(ofImage.length > 0 && { image: namelessSum(ofImage) }),
  };
  return { sources, ...ofTowers, towers, images: ofImages, stamps };
}

/** One checksum for the contents of files, which does not depend on their names and order. */
function namelessSum(files: readonly FileDigest[]): string {
  return sha256Text(files.map(({ sha256 }) => sha256).sort().join("\n"));
}

/** What stands among the files of a model for weights that are random, and another activation than its settings name; it keeps embeddings apart. */
function madeDigests(
  { randomWeights: seed, activation }: Pick<StudyChoice, "randomWeights" | "activation">,
): FileDigest[] {
  const made = [
    ...seed === undefined ? [] : [`${RANDOM_WEIGHTS}${seed})`],
    ...activation === undefined ? [] : [`activation ${activation}`],
  ];
  return made.map((file) => ({ file, sha256: sha256Text(file) }));
}

/** An edit among the files of a model by its content, with the files that a transplant takes from; it keeps embeddings apart. */
export async function editDigests(
  edit: Edit,
  { name, digest = (paths) => Promise.all(paths.map((path) => digestFile(path, dirname(path)))) }: {
    readonly name: string;
    readonly digest?: (paths: readonly string[]) => Promise<readonly FileDigest[]>;
  },
): Promise<FileDigest[]> {
  const isTransplant = edit.kind === "transplant";
  const content = isTransplant ? { ...edit, from: undefined } : edit;
  const form = isTransplant ? await ModelForm.find(onDisk(edit.from), {}) : undefined;
  const files = form === undefined ? [] : await digest(await form.filesOf("text"));
  return [
    { file: name, sha256: sha256Text(JSON.stringify(content)) },
    ...files.map(({ file, sha256 }) => ({ file: `${name}: ${file}`, sha256 })),
  ];
}

const RANDOM_WEIGHTS = "random weights (seed ";

export function isRandomWeights(file: string): boolean {
  return file.startsWith(RANDOM_WEIGHTS);
}

export async function checkModelUnchanged(
  { stamps }: Pick<Checksums, "stamps">,
): Promise<void> {
  for (const [path, stamp] of stamps) {
    if (await fileStamp(path) === stamp) continue;
    throw fileChanged(path);
  }
}

export function formChoice(
  { onnx, onnxText, onnxVision, weights, activation, tokenizer }: StudyChoice,
): FormChoice {
  return { suffix: onnx, onnxText, onnxVision, weights, activation, tokenizer };
}

/** Where the towers in use come from. */
export async function takenOf(
  { taken: { text } }: ClipModel,
  { choice, modelFolder, images, embeddings }: StudyInputs,
  checksums?: Checksums,
): Promise<TakenTower[]> {
  const taken = (tower: "text" | "image", from: string): TakenTower => {
    const sha256 = checksums?.towers[tower];
    return { tower, from, ...(sha256 !== undefined && { sha256 }) };
  };
  const ofText = taken("text", text!);
  if (embeddings !== undefined) {
    return [ofText, taken("image", `embeddings in ${basename(embeddings.path)}`)];
  }
  if (images === undefined) return [ofText];
  const form = await ModelForm.find(onDisk(modelFolder), formChoice(choice));
  return [ofText, taken("image", (await form.tower("image")).taken)];
}

/** What runs a study's model, where its embeddings are kept from run to run, and how they are identified. */
interface LoadingOptions {
  readonly runtime: Runtime;
  /** Checksums of the files, used to find embeddings in the cache and to notice that an image has changed. */
  readonly checksums?: Checksums | undefined;
  readonly cache?: EmbeddingCache | undefined;
  readonly seed?: number | undefined;
  /** Called with messages for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
}

export function studySource(
  inputs: StudyInputs,
  { runtime, checksums, cache, seed, say }: LoadingOptions,
): StudySource {
  const openCache: StudySource["openCache"] = cache && checksums && ((kind, size, seed) => {
    const own = checksums[kind];
    const files = seed === undefined ? own : [
      ...own.filter(({ file }) => !isRandomWeights(file)),
      ...madeDigests({ randomWeights: seed }),
    ];
    return cache.open({ kind, from: madeWith(files, runtime) }, size);
  });
  return {
    load: async (tower, { randomWeights = inputs.choice.randomWeights, changedWeights } = {}) => {
      const { choice, modelFolder, edit } = inputs;
      const clip = await ClipModel.load(modelFolder, {
        ...formChoice(choice),
        ...{ runtime, files: DISK, imageFiles: SHARP, towers: [tower] },
        inUse: runsImageTower(inputs) ? ["text", "image"] : ["text"],
        threads: choice.threads ?? navigator.hardwareConcurrency,
        ...{ randomWeights, changedWeights, edit },
      });
      try {
        if (checksums !== undefined) await checkModelUnchanged(checksums);
        return clip;
      } catch (error) {
        await clip.release();
        throw error;
      }
    },
    other: async (model) => {
      const { inputs: found, checksums: own, files } = await openOther(model, inputs);
      const source = studySource(found, { runtime, checksums: own, cache, seed, say });
      const hasSameImages = own.towers.image !== undefined && checksums !== undefined &&
        own.towers.image === checksums.towers.image && inputs.choice.randomWeights === undefined;
      return { inputs: found, source, files, hasSameImages };
    },
    takenOf: (clip) => takenOf(clip, inputs, checksums),
    checksums,
    ...openCache && { openCache },
    seed,
    say,
    files: DISK,
  };
}

/** Loads the text tower of a study's model and aligns the rows. The image tower is loaded when it is first needed. */
export async function loadStudy(inputs: StudyInputs, options: LoadingOptions): Promise<Study> {
  return await Study.load(inputs, studySource(inputs, options));
}

/** Everything that determines the embeddings of a tower. */
function madeWith(files: readonly FileDigest[], runtime: Runtime): string[] {
  const { build, version } = Deno;
  return [
    ...[VERSION, codeVersion("embeddings"), version.deno, build.target],
    `${runtime.name} ${runtime.version} ${runtime.device}`,
    ...files.map(({ file, sha256 }) => `${sha256}  ${file}`),
  ];
}

/** Finds another model for the rows of a study: a folder, a model by its name, or a file of weights in the place of those of its model. */
async function openOther(given: string, inputs: StudyInputs): Promise<{
  readonly inputs: StudyInputs;
  readonly checksums: Checksums;
  readonly files: readonly FileDigest[]; // model's files, for a run that depends on them
}> {
  const { choice: chosen, modelFolder } = inputs;
  const own = { onnx: undefined, onnxText: undefined, onnxVision: undefined };
  const rest = { ...chosen, ...own, randomWeights: undefined, edit: undefined };
  const isFile = await Deno.stat(given).then(({ isFile }) => isFile, () => false);
  const choice = isFile
    ? { ...rest, weights: given }
    : { ...rest, model: given, tokenizer: undefined, weights: undefined };
  const folder = isFile ? modelFolder : (await findModel(choice, (name) => name)).folder;
  const found = {
    ...inputs,
    edit: undefined, // which lies over the model of the study
    choice,
    modelFolder: folder,
    modelName: nameOf(folder, isFile ? { weights: given } : {}),
  };
  const checksums = await checksumsOf(found);
  const files = checksums.sources.model.map((own) => ({ ...own, file: `from/${own.file}` }));
  return { inputs: found, checksums, files };
}

export async function checksumsWith(
  other: string | undefined,
  inputs: StudyInputs,
  digests?: KnownDigests,
): Promise<Checksums> {
  const checksums = await checksumsOf(inputs, digests);
  if (other === undefined) return checksums;
  const { files } = await openOther(other, inputs);
  const { sources } = checksums;
  return { ...checksums, sources: { ...sources, model: [...sources.model, ...files] } };
}
