/** Loading a CLIP model from a folder in Hugging Face's layout. */

import { NegscopeError, visibleText } from "../errors.ts";
import { readSizes } from "./config.ts";
import type { ClipConfig } from "./sizes.ts";
import { familyOf, type ModelFamily } from "./families.ts";
import { ImageTower } from "./image/image_tower.ts";
import { readModelJson } from "./model_json.ts";
import { type OnnxChoice, onnxFiles } from "./onnx_files.ts";
import { loadPreprocessConfig, preprocessConfigFile } from "./image/preprocess_config.ts";
import { idsInput, TextTower } from "./text/text_tower.ts";
import { Tower } from "../engine/tower.ts";
import type { TowerTextOptions } from "../engine/tower_text.ts";

/** Positions of the longest sentence by which the time of a run is estimated; most models take up to 77. */
const LONGEST = 256;

/** What to load, and how to compute. */
export interface ClipOptions extends OnnxChoice {
  /** The towers to load. @default {["text", "image"]} */
  readonly towers?: readonly ("text" | "image")[];
  /** Threads inside an operator. @default {1} */
  readonly threads?: number;
  /**
   * Decides random weights that replace those of both towers, a whole number from 0 to 2^32 - 1: a model of the same shape that has
   * learnt nothing. @default {the model's own weights}
   */
  readonly randomWeights?: number | undefined;
  /** The family to read the folder as. @default {the one that its config.json describes} */
  readonly family?: ModelFamily;
}

/** A CLIP model whose hook points can be read and changed. */
export class Clip implements AsyncDisposable {
  /** The folder that it was loaded from. */
  readonly folder: string;
  /** What distinguishes the model from those of other families. */
  readonly family: ModelFamily;
  /** The sizes in config.json. */
  readonly config: ClipConfig;
  /** The files that determine its numbers. */
  readonly files: readonly string[];
  readonly #text: TextTower | undefined;
  readonly #image: ImageTower | undefined;

  private constructor(folder: string, loaded: {
    readonly family: ModelFamily;
    readonly config: ClipConfig;
    readonly files: readonly string[];
    readonly text: TextTower | undefined;
    readonly image: ImageTower | undefined;
  }) {
    this.folder = folder;
    this.family = loaded.family;
    this.config = loaded.config;
    this.files = loaded.files;
    this.#text = loaded.text;
    this.#image = loaded.image;
  }

  /**
   * Loads a model: config.json, tokenizer.json, preprocessor_config.json or processor_config.json, and the ONNX files
   * under onnx/.
   *
   * @param folder A folder in Hugging Face's layout.
   * @param options What to load.
   * @throws {NegscopeError} If a file is missing.
   * @throws {NegscopeError} If a file cannot be read.
   * @throws {NegscopeError} If a graph lacks a tower or its hook points, or does not match config.json.
   * @throws {NegscopeError} If config.json describes a model of no known family.
   */
  static async load(folder: string, options: ClipOptions = {}): Promise<Clip> {
    const { towers = ["text", "image"], threads = 1, randomWeights } = options;
    const settings = await readModelJson(folder, "config.json");
    const family = options.family ?? familyOf(settings);
    const config = readSizes(settings, family);
    const fileOf = (tower: "text" | "image") =>
      onnxFiles(folder, towers.filter((wanted) => wanted === tower), options);
    const files = [`${folder}/config.json`];
    let text: TextTower | undefined;
    let image: ImageTower | undefined;
    const { text: textFile } = await fileOf("text");
    if (textFile !== undefined) {
      const tokenizer = await family.tokenizer(folder, config.text);
      const length = family.positions.padded ? config.text.maxPositions : 3;
      const example = idsInput([new Array<number>(length).fill(0)]);
      const { ends: { text: ends }, causal } = family;
      const largest = [1, Math.max(length, Math.min(config.text.maxPositions, LONGEST))];
      const options = {
        ...{ kind: "text" as const, shape: config.text, ends, causal, threads, example, largest },
        randomWeights,
      };
      const tower = await Tower.load(textFile, options);
      text = new TextTower(tower, tokenizer, family);
      files.push(`${folder}/tokenizer.json`, ...tower.files);
    }
    try {
      const { image: imageFile } = await fileOf("image"); // after the text tower, so that its errors are reported first
      if (imageFile !== undefined) {
        const preprocessing = await loadPreprocessConfig(folder, config.vision);
        const { channels, imageSize } = config.vision;
        const dims = [1, channels, imageSize, imageSize];
        const data = new Float32Array(channels * imageSize ** 2);
        const example = { type: "float32" as const, dims, data };
        const { image: ends } = family.ends;
        const options = {
          ...{ kind: "image" as const, shape: config.vision, ends, threads, example },
          randomWeights,
        };
        const tower = await Tower.load(imageFile, options);
        image = new ImageTower(tower, { family, config: config.vision, preprocessing });
        files.push(await preprocessConfigFile(folder), ...tower.files);
      }
    } catch (error) {
      await text?.tower.release();
      throw error;
    }
    return new Clip(folder, { family, config, files: [...new Set(files)], text, image });
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
    return [`${this.family.name} from ${this.folder}`, ...towers].join("\n");
  }

  /** The towers with their hook points, those of all blocks in one line. */
  toString(): string {
    return this.describe();
  }

  /** What a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }
}

function notLoaded(tower: "text" | "image"): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: `Cannot use the ${tower} tower`,
    subject: tower,
    reason: "it was not loaded",
    fix: `add "${tower}" to the towers of Clip.load()`,
  });
}
