/** The models that a choice names: the folder of the study's model, that of an edit's, another for the same rows, and those that come with this repository. */

import { basename, dirname } from "node:path";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { nearestName, NegscopeError } from "../errors/errors.ts";
import { DISK, isSamePath, MOST_BYTES, onDisk, readText } from "../files/read_file.ts";
import { commandOf } from "../errors/command.ts";
import {
  CachedRepository,
  hubCacheFolder,
  hubNameOf,
  parseHubName,
  snapshotName,
} from "../hub/repository.ts";
import {
  EMBEDDED,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
import type { Edit } from "../edits/edit.ts";
import { readEdit } from "../edits/read_edit.ts";

/**
 * The paths of the embedded mini CLIP, its sentence pairs in VALSE's format, their rendered scenes, and sentences of other forms without
 * images; its controlled pairs, and the objects of the scenes that they were made of; its blocks of two pictures that differ in one object. What opens a study reads them wherever the kit was imported from; if you read one yourself, see {@linkcode fetchKitFiles}.
 */
export const SHAPES: Readonly<
  Record<
    "model" | "data" | "images" | "sentences" | "pairs" | "objects" | "blocks" | "blockImages",
    string
  >
> = kitPaths({
  model: "data/shapes/model",
  data: "data/shapes/existence.json",
  images: "data/shapes/images",
  sentences: "data/shapes/sentences.txt",
  pairs: "data/shapes/controlled_pairs.json",
  objects: "data/shapes/objects.csv",
  blocks: "data/shapes/blocks.json",
  blockImages: "data/shapes/blocks",
});

/** Paths of the kit, each found when it is asked for: where the kit keeps what it fetches takes a permission. */
function kitPaths<Name extends string>(
  files: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const paths = {} as Record<Name, string>;
  for (const name of Object.keys(files) as Name[]) {
    Object.defineProperty(paths, name, { get: () => kitPath(files[name]), enumerable: true });
  }
  return paths;
}

/** A model's own data and images, which it runs on unless others are chosen. */
export interface OwnData {
  readonly data: string;
  readonly images: string;
}

/** The names of the planted models; `--model` takes them as `planted/relay`. `data/planted/README.md` says what each is. */
export const PLANTED_NAMES = [
  ...["relay", "backup", "both", "and", "decoy", "generic", "positional", "constant"],
  ...["opposed", "half", "leak", "against", "spread", "gamma", "bias", "two"],
] as const;

/** The models to compare the embedded one with, which `--model` takes as `shapes/tuned`; see `data/shapes/README.md`. */
export const SHAPES_NAMES = ["seed0", "seed1", "tuned"] as const;

/** The paths of the sentence pairs and of the images that all planted models share. */
export const PLANTED: OwnData = kitPaths({
  data: "data/planted/pairs.json",
  images: "data/planted/images",
});

/** What stands before the slash of a name, with the folder of these models. */
const GROUPS: Readonly<Record<string, { names: readonly string[]; folder: string; own: OwnData }>> =
  {
    planted: { names: PLANTED_NAMES, folder: "data/planted", own: PLANTED },
    shapes: { names: SHAPES_NAMES, folder: "data/shapes/models", own: SHAPES },
  };

/** A model of this repository by its name, such as `planted/relay` or `shapes/tuned`; undefined of any other, and of `shapes`. */
export function kitModel(
  model: string,
): { readonly folder: string; readonly own: OwnData } | undefined {
  const [group, name] = parts(model);
  if (group === undefined || !group.names.includes(name)) return undefined;
  return { folder: kitPath(`${group.folder}/${name}`), own: group.own };
}

/** The name of the model of this repository in a folder, such as `planted/relay`. Returns undefined of any other folder. */
export function kitModelName(folder: string): string | undefined {
  const name = folder.slice(dirname(folder).length + 1);
  return Object.entries(GROUPS).filter(([, group]) =>
    dirname(folder) === kitPath(group.folder) && group.names.includes(name)
  ).map(([prefix]) => `${prefix}/${name}`)[0];
}

/** The error for such a name that no model has, such as `planted/rely`. */
function kitModelUnknown(model: string, prefix = model.split("/")[0]!): NegscopeError {
  const names = GROUPS[prefix]!.names.map((name) => `${prefix}/${name}`).join(", ");
  return new NegscopeError("name-unknown", {
    problem: `Cannot find ${prefix === "planted" ? "planted " : ""}model "${model}"`,
    subject: model,
    expected: `one of ${names}`,
  });
}

/** The group that a name's prefix stands for, and what comes after the slash. */
function parts(model: string): [(typeof GROUPS)[string] | undefined, string] {
  const at = model.indexOf("/");
  const prefix = model.slice(0, Math.max(at, 0));
  return [Object.hasOwn(GROUPS, prefix) ? GROUPS[prefix] : undefined, model.slice(at + 1)];
}

/**
 * The nodes that are planted in a model: those through which negation reaches the score, or would if another were removed. They are the
 * truth that a method's ranking of nodes is compared with.
 *
 * @param model The name of a model, such as `planted/relay`.
 * @returns The nodes' names: `head 1.2` (layer.head, from 1) or `mlp 2`.
 * @throws {NegscopeError} If there is no such model.
 */
export async function plantedNodes(model: string): Promise<readonly string[]> {
  const found = kitModel(model);
  if (found?.own !== PLANTED) throw kitModelUnknown(model, "planted");
  const { planted }: { readonly planted: readonly string[] } = JSON.parse(
    await readText(await fetchKitFiles(`${found.folder}/circuit.json`), MOST_BYTES.own),
  );
  return planted;
}

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
  const [group, own] = parts(given);
  const isKits = group !== undefined && /^[^/@]+$/.test(own); // or would be, if there were such a one
  if (command === "clip" && isKits) throw kitModelUnknown(given);
  const known = command === "clip" ? hubNameOf(given) : undefined;
  if (known !== undefined) {
    throw new NegscopeError("model-missing", {
      problem: `Cannot find model "${given}"`,
      reason: `there is no folder of that name, and the Hub's name of this model is ${known}`,
      fix: `name it ${known}, after: ${commandOf("download clip")} ${known}`,
    });
  }
  if (name === undefined) {
    const near = command === "clip" ? nearestName(given, [EMBEDDED]) : undefined;
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find model folder "${given}"`,
      expected: "a folder in Hugging Face layout, or the Hub's name of a downloaded model",
      fix: command === "clipseg"
        ? `none of the kit's own models segments; run: ${commandOf("download clipseg")}`
        : near && `of the kit's own models the nearest is "${near}"`,
    });
  }
  const cache = hubCacheFolder((name) => Deno.env.get(name), "name a model's folder");
  return await new CachedRepository(cache, name).snapshot(command);
}

async function exists(path: string): Promise<boolean> {
  return await DISK.kindOf(path).catch(() => "other") !== "absent";
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
