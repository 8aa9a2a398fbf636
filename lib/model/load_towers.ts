/** Loads the towers of a model. */

import { Tower } from "../engine/tower.ts";
import type { ModelFamily } from "./families.ts";
import type { ModelForm, TowerForm } from "./forms/model_form.ts";
import { ImageTower } from "./image/image_tower.ts";
import { idsInput, TextTower } from "./text/text_tower.ts";
import { tokenizerFiles } from "./text/tokenizers/tokenizer_files.ts";

/** Positions of the longest sentence by which the time of a run is estimated; most models take up to 77. */
const LONGEST = 256;

/** What to load, and how it computes. */
export interface Loading {
  /** The model's folder, with its settings. */
  readonly form: ModelForm;
  /** Threads inside an operator. */
  readonly threads: number;
  /** Decides random weights. */
  readonly randomWeights: number | undefined;
}

/** A loaded tower. */
export interface LoadedTower<T> {
  /** The tower. */
  readonly tower: T;
  /** The file that it was taken from, for the user. */
  readonly taken: string;
  /** The files that determine its numbers, besides the settings. */
  readonly files: readonly string[];
}

/**
 * Loads the text tower with its tokeniser.
 *
 * @param loading What to load.
 * @throws {NegscopeError} If a file is missing, cannot be read, or does not match the settings.
 */
export async function loadText(
  { form, threads, randomWeights }: Loading,
): Promise<LoadedTower<TextTower>> {
  const { settings: { family, config: { text: shape } }, tokenizerPlace } = form;
  const { origin, taken, logitScale } = await form.tower("text");
  const tokenizer = await family.tokenizer(tokenizerPlace, shape);
  const length = family.positions.padded ? shape.maxPositions : 3;
  const tower = await Tower.load(origin, {
    ...{ kind: "text", shape: { ...shape, parts: family.parts.text } },
    ...{ ends: family.ends.text, causal: family.causal },
    ...{ threads, randomWeights },
    example: idsInput([new Array<number>(length).fill(0)]),
    largest: [1, Math.max(length, Math.min(shape.maxPositions, LONGEST))],
  });
  return {
    ...{ tower: new TextTower(tower, tokenizer, await scaled(family, tower, logitScale)), taken },
    files: [...await tokenizerFiles(tokenizerPlace), ...tower.files],
  };
}

/**
 * Loads the image tower with its preprocessing.
 *
 * @param loading What to load.
 * @throws {NegscopeError} If a file is missing, cannot be read, or does not match the settings, or the kit cannot build the tower.
 */
export async function loadImage(
  { form, threads, randomWeights }: Loading,
): Promise<LoadedTower<ImageTower>> {
  const { family, preprocessing } = form.settings;
  const { origin, taken, logitScale } = await form.tower("image");
  const shape = form.vision;
  const { config, file } = await preprocessing(shape);
  const { channels, imageSize } = shape;
  const dims = [1, channels, imageSize, imageSize];
  const data = new Float32Array(channels * imageSize ** 2);
  const tower = await Tower.load(origin, {
    ...{ kind: "image", shape: { ...shape, parts: family.parts.image } },
    ...{ ends: family.ends.image, threads, randomWeights },
    example: { type: "float32", dims, data },
  });
  const own = await scaled(family, tower, logitScale);
  return {
    ...{
      tower: new ImageTower(tower, { family: own, config: shape, preprocessing: config }),
      taken,
    },
    files: [file, ...tower.files],
  };
}

/** The family with the score of a model that has a scale of its own, in its weights or at the end of its graph. */
async function scaled(
  family: ModelFamily,
  tower: Tower,
  logitScale: TowerForm["logitScale"],
): Promise<ModelFamily> {
  if (family.scaled === undefined) return family;
  const scale = await logitScale?.() ?? tower.logitScale;
  return scale === undefined ? family : { ...family, similarity: family.scaled(scale) };
}
