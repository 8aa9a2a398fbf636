/** Loads the towers of a model. */

import { checkSizes } from "../edits/activation_edit.ts";
import { type Edit, EDIT_KINDS } from "../edits/edit.ts";
import type { GraphOrigin } from "../onnx/graph/graph_file.ts";
import { Tower, type TowerOptions } from "../engine/tower.ts";
import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import type { Runtime } from "../onnx/runtime/runtime.ts";
import { editedWeights, textPlace } from "./edited_weights.ts";
import type { ModelFamily } from "./families.ts";
import type { Files } from "../reading/files.ts";
import type { ModelForm } from "./forms/model_form.ts";
import type { ImageFiles } from "./image/image_files.ts";
import { ImageTower } from "./image/image_tower.ts";
import { idsInput } from "../engine/run/run_lists.ts";
import { TextTower } from "./text/text_tower.ts";
import { tokenizerFiles } from "./text/tokenizers/tokenizer_files.ts";

export interface Loading {
  readonly form: ModelForm;
  readonly runtime: Runtime;
  readonly imageFiles: ImageFiles;
  readonly threads: number;
  readonly randomWeights: number | undefined;
  readonly changedWeights: readonly ChangedWeight[] | undefined;
  readonly edit: Edit | undefined;
}

export interface LoadedTower<T> {
  readonly tower: Tower;
  /** The tower of a family, which says how it is scored. */
  readonly of: (family: ModelFamily) => T;
  /** The file that it was taken from and where its activation is from, and weights of zeros, for the user. */
  readonly taken: string;
  /** The files that determine its numbers, besides the settings. */
  readonly files: readonly string[];
}

export async function loadText(
  { form, runtime, threads, randomWeights, changedWeights, edit }: Loading,
): Promise<LoadedTower<TextTower>> {
  const { settings: { family, config: { text: shape } }, tokenizerPlace } = form;
  const { origin, takenWith } = await form.tower("text");
  const tokenizer = await family.tokenizer(tokenizerPlace, shape);
  const length = family.positions.padded ? shape.maxPositions : 3;
  const tower = await editedTower(origin, edit, {
    ...textPlace(form.settings),
    files: tokenizerPlace.files,
    runtime,
    threads,
    randomWeights,
    changedWeights: changedWeights?.filter(({ name }) => !isOfImage(name)),
    example: idsInput([new Array<number>(length).fill(0)]),
  });
  return {
    tower,
    taken: takenWith(ownZeros(tower, randomWeights)),
    of: (family) => {
      const text = new TextTower(tower, tokenizer, family);
      return edit === undefined
        ? text
        : text.edited(edit, { inWeights: EDIT_KINDS[edit.kind] === "weights" });
    },
    files: [...await tokenizerFiles(tokenizerPlace), ...tower.files],
  };
}

/** Loads a tower with an edit of its weights, which are read from it first. */
async function editedTower(
  origin: GraphOrigin,
  edit: Edit | undefined,
  { files, ...options }: TowerOptions & { readonly files: Files },
): Promise<Tower> {
  const tower = await Tower.load(origin, options);
  try {
    if (edit !== undefined) checkSizes(edit, options.shape);
    const changes = edit === undefined ? [] : await editedWeights(edit, tower.weights, files);
    if (changes.length === 0) return tower;
    const { changedWeights = [] } = options;
    const edited = await Tower.load(origin, {
      ...{ ...options, edit: edit!.name },
      changedWeights: [...changedWeights, ...changes],
    });
    await tower.release();
    return edited;
  } catch (error) {
    await tower.release();
    throw error;
  }
}

export async function loadImage(
  { form, runtime, threads, randomWeights, changedWeights, imageFiles }: Loading,
): Promise<LoadedTower<ImageTower>> {
  const { family, preprocessing } = form.settings;
  const { origin, takenWith } = await form.tower("image");
  const shape = form.vision;
  const { config, file } = await preprocessing(shape);
  const { channels, imageSize } = shape;
  const dims = [1, channels, imageSize, imageSize];
  const data = new Float32Array(channels * imageSize ** 2);
  const tower = await Tower.load(origin, {
    kind: "image",
    shape: { ...shape, parts: family.parts.image },
    ends: family.ends.image,
    runtime,
    threads,
    randomWeights,
    changedWeights: changedWeights?.filter(({ name }) => isOfImage(name)),
    example: { type: "float32", dims, data },
  });
  return {
    tower,
    taken: takenWith(ownZeros(tower, randomWeights)),
    of: (family) =>
      new ImageTower(tower, { family, config: shape, preprocessing: config, files: imageFiles }),
    files: [file, ...tower.files],
  };
}

function isOfImage(name: string): boolean {
  return name.startsWith("vision.");
}

function ownZeros({ zeroWeights }: Tower, randomWeights: number | undefined): readonly string[] {
  return randomWeights === undefined ? zeroWeights : [];
}

/** The family of a model with the score of its own scale, if it has one, and the files of the weights that hold it. */
export async function scaledFamily(
  form: ModelForm,
  { text, image }: {
    readonly text: Tower | undefined;
    readonly image: Tower | undefined;
  },
): Promise<{ readonly family: ModelFamily; readonly files: readonly string[] }> {
  const { family } = form.settings;
  const { scaled } = family;
  if (scaled === undefined) return { family, files: [] };
  const weights = text?.logitScale === undefined ? await form.logitScale() : undefined;
  const scale = text?.logitScale ?? weights?.scale ?? image?.logitScale;
  if (scale === undefined) return { family, files: [] };
  return { family: { ...family, similarity: scaled(scale) }, files: weights?.files ?? [] };
}
