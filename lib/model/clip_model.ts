import { type Edit, EDIT_KINDS } from "../edits/edit.ts";
import { checkSizes, weightChanges } from "../edits/changes.ts";
import { findTower } from "../engine/graph/find_tower.ts";
import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import { Weights } from "../engine/weights/weights.ts";
import { GraphFile, type GraphOrigin } from "../onnx/graph_file.ts";
import type { FileAt, Files } from "../reading/files.ts";
import { type FormChoice, ModelForm } from "./forms/model_form.ts";
import type { ModelSettings } from "./forms/settings.ts";
import { Tower, type TowerOptions } from "../engine/run/tower.ts";
import type { Runtime } from "../onnx/runtime.ts";
import type { ModelFamily } from "./families.ts";
import { type ImageFiles, ImageTower } from "./image/image_tower.ts";
import { idsInput } from "../engine/run/hooked_run.ts";
import { TextTower } from "./text/text_tower.ts";
import { tokenizerFiles } from "./text/sentence_tokenizer.ts";
import { NegscopeError, printsItself } from "../errors/errors.ts";
import type { TowerTextOptions } from "../engine/graph/hook_points.ts";
import { checkNames } from "../options/values.ts";
import type { ClipConfig } from "../architecture/tower_writer.ts";

/** The weights that an edit changes; those of a transplant are read from the folder that it names. */
export async function editedWeights(
  edit: Edit,
  weights: Weights,
  files: Files,
): Promise<ChangedWeight[]> {
  const isTransplant = edit.kind === "transplant" && edit.strength !== 0;
  const other = isTransplant ? await storedWeights({ files, path: edit.from }) : undefined;
  return await weightChanges(edit, weights, other);
}

/** What a text tower's graph is looked through with. */
function textPlace({ family, config: { text } }: Pick<ModelSettings, "family" | "config">) {
  return {
    kind: "text" as const,
    shape: { ...text, parts: family.parts.text },
    ends: family.ends.text,
    causal: family.causal,
  };
}

/** The weights of a folder's text tower; nothing is run. */
async function storedWeights(folder: FileAt): Promise<Weights> {
  const form = await ModelForm.find(folder, {});
  const file = new GraphFile((await form.tower("text")).origin);
  const graph = await file.open();
  try {
    const place = textPlace(form.settings);
    return new Weights(file, graph, { ...place, ...findTower(graph, place).found });
  } finally {
    file.close();
  }
}

interface LoadedTower<T> {
  readonly tower: Tower;
  readonly of: (family: ModelFamily) => T; // tower of a family, which says how it is scored
  /** The file that it was taken from and where its activation is from, and weights of zeros, for the user. */
  readonly taken: string;
  readonly files: readonly string[]; // files that determine its numbers, besides the settings
}

async function loadText(
  form: ModelForm,
  { runtime, threads = 1, randomWeights, changedWeights, edit }: ClipModelOptions,
): Promise<LoadedTower<TextTower>> {
  const { settings: { family, config: { text: shape } }, tokenizerPlace } = form;
  const { origin, taken } = await form.tower("text");
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
    taken,
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
    const changedWeights = [...options.changedWeights ?? [], ...changes];
    const edited = await Tower.load(origin, { ...options, edit: edit!.name, changedWeights });
    await tower.release();
    return edited;
  } catch (error) {
    await tower.release();
    throw error;
  }
}

async function loadImage(
  form: ModelForm,
  { runtime, threads = 1, randomWeights, changedWeights, imageFiles }: ClipModelOptions,
): Promise<LoadedTower<ImageTower>> {
  const { family, preprocessing } = form.settings;
  const { origin, taken } = await form.tower("image");
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
    taken,
    of: (family) =>
      new ImageTower(tower, { family, config: shape, preprocessing: config, files: imageFiles }),
    files: [file, ...tower.files],
  };
}

function isOfImage(name: string): boolean {
  return name.startsWith("vision.");
}

/** The family of a model with the score of its own scale, if it has one, and the files of the weights that hold it. */
async function scaledFamily(
  form: ModelForm,
  { text, image }: Readonly<Record<"text" | "image", Tower | undefined>>,
): Promise<{ readonly family: ModelFamily; readonly files: readonly string[] }> {
  const { family } = form.settings;
  const { scaled } = family;
  if (scaled === undefined) return { family, files: [] };
  const weights = text?.logitScale === undefined ? await form.logitScale() : undefined;
  const scale = text?.logitScale ?? weights?.scale ?? image?.logitScale;
  if (scale === undefined) return { family, files: [] };
  return { family: { ...family, similarity: scaled(scale) }, files: weights?.files ?? [] };
}

/** What to load, and how to compute. */
export interface ClipModelOptions extends FormChoice {
  /** What runs the towers. */
  readonly runtime: Runtime;
  /** The way to read files. */
  readonly files: Files;
  /** How image files become pixels. */
  readonly imageFiles: ImageFiles;
  /** The towers to load. @default {["text", "image"]} */
  readonly towers?: readonly ("text" | "image")[];
  /**
   * The towers that are in use, loaded together or each by itself: weights that hold none of them are refused.
   * @default {the towers to load}
   */
  readonly inUse?: readonly ("text" | "image")[];
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
  /**
   * Decides random weights that replace those of both towers, a whole number from 0 to 2^32 - 1: a model of the same shape that has
   * learnt nothing. @default {the model's own weights}
   */
  readonly randomWeights?: number | undefined;
  /** Other numbers for some weights of the towers that are loaded, each by its name. @default {none} */
  readonly changedWeights?: readonly ChangedWeight[] | undefined;
  /** An edit that is laid over the model. @default {none} */
  readonly edit?: Edit | undefined;
}

export const CLIP_MODEL_OPTIONS: readonly (keyof ClipModelOptions)[] = [
  ...["runtime", "files", "imageFiles", "towers", "inUse", "threads"] as const,
  ...["randomWeights", "changedWeights", "edit", "family"] as const,
  ...["suffix", "onnxText", "onnxVision", "weights", "activation", "tokenizer"] as const,
];

/** A CLIP model whose hook points can be read and changed. */
export class ClipModel implements AsyncDisposable {
  /** The folder that it was loaded from. */
  readonly folder: string;
  /** What distinguishes the model from those of other families. */
  readonly family: ModelFamily;
  /** The sizes in its settings. */
  readonly config: ClipConfig;
  /** The files that determine its numbers. */
  readonly files: readonly string[];
  /** The file that each loaded tower was taken from, and where its activation is from. */
  readonly taken: Readonly<Partial<Record<"text" | "image", string>>>;
  readonly #laidOver: string | undefined;
  readonly #text: TextTower | undefined;
  readonly #image: ImageTower | undefined;

  /** Made by {@linkcode ClipModel.load}. */
  protected constructor(
    { folder, laidOver, settings: { config, file } }: ModelForm,
    { family, files }: { readonly family: ModelFamily; readonly files: readonly string[] },
    text: LoadedTower<TextTower> | undefined,
    image: LoadedTower<ImageTower> | undefined,
  ) {
    this.folder = folder;
    this.#laidOver = laidOver;
    this.family = family;
    this.config = config;
    this.files = [...new Set([file, ...text?.files ?? [], ...image?.files ?? [], ...files])];
    this.taken = { ...(text && { text: text.taken }), ...(image && { image: image.taken }) };
    this.#text = text?.of(family);
    this.#image = image?.of(family);
  }

  /**
   * Loads a model: its settings, its tokeniser, and for each tower an ONNX file under onnx/ or else the folder's weights, for which the
   * kit builds a graph.
   *
   * @param folder A folder in the layout of transformers or open_clip.
   * @param options What to load, what reads it, and what runs it.
   * @throws {NegscopeError} If an option does not exist, or a file is missing or cannot be read.
   * @throws {NegscopeError} If a graph lacks a tower or its hook points, or does not match the settings.
   * @throws {NegscopeError} If the weights lack a part of the model that the settings describe, or have parts that it lacks.
   * @throws {NegscopeError} If the weights that take the place of the folder's hold none of the towers that are in use.
   * @throws {NegscopeError} If the settings describe a model of no known family.
   */
  static async load(folder: string, options: ClipModelOptions): Promise<ClipModel> {
    checkNames(options, CLIP_MODEL_OPTIONS);
    const { files, towers = ["text", "image"], inUse = towers } = options;
    const form = await ModelForm.find({ files, path: folder }, options);
    form.checkWeightsUsed(inUse);
    const text = towers.includes("text") ? await loadText(form, options) : undefined;
    let image: LoadedTower<ImageTower> | undefined;
    try {
      image = towers.includes("image") ? await loadImage(form, options) : undefined;
      const scored = await scaledFamily(form, { text: text?.tower, image: image?.tower });
      return new this(form, scored, text, image);
    } catch (error) {
      await text?.tower.release();
      await image?.tower.release();
      throw error;
    }
  }

  /**
   * The text tower.
   *
   * @throws {NegscopeError} If it was not loaded.
   */
  get text(): TextTower {
    if (this.#text === undefined) throw notLoaded("text");
    return this.#text;
  }

  /**
   * The image tower.
   *
   * @throws {NegscopeError} If it was not loaded.
   */
  get image(): ImageTower {
    if (this.#image === undefined) throw notLoaded("image");
    return this.#image;
  }

  /** The towers that were loaded, the text tower first. */
  get towers(): readonly (TextTower | ImageTower)[] {
    return [this.#text, this.#image].filter((tower) => tower !== undefined);
  }

  /** Frees the memory of all sessions. A released model cannot run. */
  async release(): Promise<void> {
    await this.#text?.tower.release();
    await this.#image?.tower.release();
  }

  /** Frees the memory at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  /**
   * The towers with their hook points.
   *
   * @param options Whether every block has lines of its own.
   */
  describe(options: TowerTextOptions = {}): string {
    const towers = this.towers.map(({ tower }) => tower.describe(options));
    const { name, similarity, scaled } = this.family;
    const score = scaled === undefined ? [] : [`S = ${similarity.formula}`];
    const laid = this.#laidOver === undefined ? "" : ` with ${this.#laidOver}`;
    return [`${name} from ${this.folder}${laid}`, ...score, ...towers].join("\n");
  }

  /** The towers with their hook points, those of all blocks in one line. */
  toString(): string {
    return this.describe();
  }
}

printsItself(ClipModel.prototype);

function notLoaded(tower: "text" | "image"): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: `Cannot use the ${tower} tower`,
    subject: tower,
    reason: "it was not loaded",
    fix: `add "${tower}" to the towers of Clip.load()`,
  });
}
