/** The models that a choice names: the folder of the study's model, that of an edit's, and another for the same rows. */

import { commandOf } from "../errors/command.ts";
import {
  isKitModelName,
  kitModel,
  kitModelName,
  kitModelUnknown,
  type OwnData,
  SHAPES,
} from "./kit_models.ts";
import { nearestName, NegscopeError } from "../errors/errors.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { isSamePath, onDisk } from "../files/read_file.ts";
import { CachedRepository, hubCacheFolder, snapshotName } from "../hub/cache.ts";
import { hubNameOf, parseHubName } from "../hub/repository.ts";
import {
  EMBEDDED,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
import { basename } from "node:path";
import type { KnownDigests } from "../files/sha256.ts";
import type { FileDigest } from "../reading/path.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import { checksumsOf } from "./model_files.ts";
import type { Edit } from "../edits/edit.ts";
import { readEdit } from "../edits/read_edit.ts";

/** The data and images that come with a model of this repository; undefined of any other, which runs on those of `shapes`. */
export function ownDataOf(model: string = EMBEDDED): OwnData | undefined {
  if (model === EMBEDDED) return SHAPES;
  return kitModel(model)?.own;
}

/** What a model of this repository was made for, in the words of every task that runs one on other data or pictures. */
export function madeForText(own: OwnData, called: (option: StudyOption) => string): string {
  const knows = own === SHAPES
    ? "The embedded model knows only drawings of shapes"
    : "A planted model knows only how red a picture is";
  return `${knows}; ${called("model")} names another`;
}

/**
 * The folder of a model. The first of these that fits is taken: `shapes`; the name of a model of this repository, such as `planted/relay`,
 * if there is no other folder of this name; an existing folder; the download of a model of the Hub. So an own folder `planted/mine` is
 * found, such a name never stands for anything else, and the Hub's `planted/relay` is named by its revision, `planted/relay@main`.
 */
export async function findModel(
  { model: given = EMBEDDED, weights }: Pick<StudyChoice, "model" | "weights">,
  called: (option: StudyOption) => string,
): Promise<{
  readonly folder: string;
  readonly own?: OwnData; // what comes with a model of this repository; absent of any other model
}> {
  if (given === EMBEDDED) {
    if (weights !== undefined) {
      throw new NegscopeError("usage-input-missing", {
        problem: `Cannot use ${called("weights")} "${weights}" alone`,
        subject: weights,
        reason: `no ${
          called("model")
        } of your own was given, and a file of weights does not say how many heads there are, which activation, or which tokens`,
        expected: `${
          called("model")
        } ${STUDY_OPTIONS.model.placeholder} beside it, the model that they were made from: a folder with config.json or open_clip_config.json, the tokeniser and, for images, preprocessor_config.json`,
      });
    }
    return { folder: await fetchKitFiles(SHAPES.model), own: SHAPES };
  }
  const found = kitModel(given);
  if (found === undefined) return { folder: await folderOrDownload(given) };
  if (await exists(given) && !await isSamePath(given, found.folder)) {
    throw new NegscopeError("model-ambiguous", {
      problem: `Cannot tell which model "${given}" is`,
      reason: "it is the name of a model of negscope, and there is a folder of this name",
      fix:
        `write "./${given}" for the folder, or change to another folder for the model of negscope`,
    });
  }
  await fetchKitFiles(found.folder);
  if (!await exists(found.folder)) {
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find model "${given}"`,
      reason: "the package leaves it out, since it would be too large",
      fix: `name the folder data/shapes/models/${basename(given)} of a clone of the repository`,
    });
  }
  return found;
}

export async function folderOrDownload(
  given: string,
  { command = "clip" }: { readonly command?: "clip" | "clipseg" } = {},
): Promise<string> {
  const name = parseHubName(given);
  if (await exists(given)) return given;
  if (command === "clip" && isKitModelName(given)) throw kitModelUnknown(given);
  const known = command === "clip" ? hubNameOf(given) : undefined;
  if (known !== undefined) {
    throw new NegscopeError("model-missing", {
      problem: `Cannot find model "${given}"`,
      reason: `there is no folder of that name, and the Hub's name of this model is ${known}`,
      fix: `name it ${known}, after: ${commandOf("download clip")} ${known}`,
    });
  }
  if (name === undefined) {
    const near = nearestName(given, [EMBEDDED]);
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find model folder "${given}"`,
      expected: "a folder in Hugging Face layout, or the Hub's name of a downloaded model",
      ...near !== undefined && { fix: `of the kit's own models the nearest is "${near}"` },
    });
  }
  const cache = hubCacheFolder((name) => Deno.env.get(name), "name a model's folder");
  return await new CachedRepository(cache, name).snapshot(command);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory);
  }
}

/** A name for summaries: that of the Hub, of a model of this repository, or of the folder, with all that is laid over the model. */
export function nameOf(
  folder: string,
  { weights, activation, randomWeights: seed, edit }: Pick<
    StudyChoice,
    "weights" | "activation" | "randomWeights" | "edit"
  > = {},
): string {
  const over = weights === undefined ? [] : [`with ${basename(weights)}`];
  const random = seed === undefined ? [] : [`with random weights (seed ${seed})`];
  const edited = edit === undefined ? [] : [`with edit ${basename(edit)}`];
  const activated = activation === undefined ? [] : [`with activation ${activation}`];
  const added = [...over, ...activated, ...random, ...edited];
  return added.length === 0 ? folderName(folder) : `${folderName(folder)} ${added.join(", ")}`;
}

function folderName(folder: string): string {
  const known = kitModelName(folder) ?? snapshotName(folder);
  if (known !== undefined) return known;
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}

/** Reads the edit of a choice; the model that a transplant takes from is found as `--model` is. */
export async function openEdit(
  { edit: path }: Pick<StudyChoice, "edit">,
): Promise<Edit | undefined> {
  if (path === undefined) return undefined;
  const edit = readEdit(onDisk(path));
  if (edit.kind !== "transplant") return edit;
  const { folder } = await findModel({ model: edit.from }, (option) => option);
  return { ...edit, from: folder };
}

/** Finds another model for the rows of a study: a folder, a model by its name, or a file of weights in the place of those of its model. */
export async function openOther(given: string, inputs: StudyInputs): Promise<{
  readonly inputs: StudyInputs;
  readonly checksums: Checksums;
  readonly files: readonly FileDigest[]; // model's files, for a run that depends on them
}> {
  const { choice: { model, tokenizer, ...chosen }, modelFolder } = inputs;
  const {
    onnx: _,
    onnxText: _t,
    onnxVision: _v,
    weights: _w,
    randomWeights: _r,
    edit: _e,
    ...rest
  } = chosen;
  const isFile = await Deno.stat(given).then(({ isFile }) => isFile, () => false);
  const choice = isFile ? { ...rest, model, tokenizer, weights: given } : { ...rest, model: given };
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
